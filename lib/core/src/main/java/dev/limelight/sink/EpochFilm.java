package dev.limelight.sink;

import dev.limelight.Explanation;
import dev.limelight.codec.Gif;
import dev.limelight.drawing.Figure;
import dev.limelight.drawing.Gallery;
import dev.limelight.drawing.Overlay;
import dev.limelight.drawing.Tile;
import dev.limelight.io.AtomicFile;
import dev.limelight.support.Count;
import dev.limelight.watch.EpochCourse;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.WatchedRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The film of a training: a sink that keeps the overlays of each epoch as plain values and draws it
 * when asked, as a sheet, an animation or the course of its numbers.
 *
 * <pre>{@code
 * EpochFilm film = new EpochFilm();
 * OverlayListener.builder().setProbes(probes).setSinks(film) ...
 * film.sheet().save(Path.of("sheet.png"));
 * film.gif(Path.of("film.gif"));
 * show(film.animation());   // in a notebook
 * }</pre>
 */
public final class EpochFilm implements OverlaySink {

  private static final int COLUMNS = 8;
  private static final int FRAMES = 24;
  private static final int FRAME_COLUMNS = 4;
  private static final int TILE = 96;
  private static final int FILE_BYTES = 1_000_000;
  private static final int FIGURE_BYTES = 150_000;

  /** Heights of the pictures in an animation, of which the first that fits is taken. */
  private static final List<Integer> FRAME_TILES = List.of(128, 112, 96, 80, 64, 48, 40, 32);

  private static final Duration SHOWN = Duration.ofMillis(700);
  private static final Duration LAST_SHOWN = Duration.ofMillis(2500);

  private final List<EpochOverlays> epochs = new ArrayList<>();

  /** An empty film. */
  public EpochFilm() {
    // A film begins empty.
  }

  /** Forgets an earlier run. */
  @Override
  public synchronized void begin(WatchedRun run) {
    epochs.clear();
  }

  @Override
  public synchronized void epoch(EpochOverlays overlays) {
    epochs.add(overlays);
  }

  /** The film stays. */
  @Override
  public void close() {
    // Nothing is held.
  }

  /** The overlays of each epoch, in order. */
  public synchronized List<EpochOverlays> epochs() {
    return List.copyOf(epochs);
  }

  /** A film of the first overlays of each epoch only, with the same metrics. */
  public EpochFilm first(int overlays) {
    EpochFilm film = new EpochFilm();
    for (EpochOverlays epoch : epochs()) {
      List<ProbeOverlay> all = epoch.overlays();
      film.epochs.add(
          new EpochOverlays(
              epoch.epoch(), epoch.metrics(), all.subList(0, Math.min(overlays, all.size()))));
    }
    return film;
  }

  /** The course of all that was measured. */
  public EpochCourse course() {
    return EpochCourse.of(epochs());
  }

  /**
   * The epochs side by side, a row for each picture; of many epochs eight, the first and the last
   * among them.
   *
   * @throws IllegalStateException if the film is empty
   */
  public Gallery sheet() {
    return sheet(COLUMNS);
  }

  /**
   * The epochs side by side, a row for each picture.
   *
   * @param most how many epochs there may be; of more the first, the last and others between them
   *     are shown
   * @throws IllegalStateException if the film is empty
   */
  public Gallery sheet(int most) {
    List<EpochOverlays> shown = chosen(most);
    Gallery sheet =
        Gallery.grid(shown.stream().map(epoch -> heading(epoch, ":\n", "")).toArray(String[]::new))
            .title(
                accuracy(shown.get(shown.size() - 1)).isPresent()
                    ? "Epoch: accuracy. Each map is on a scale of its own"
                    : "Each map is on a scale of its own")
            .tileHeight(TILE);
    List<ProbeOverlay> pictures = shown.get(0).overlays();
    for (int i = 0; i < pictures.size(); i++) {
      int picture = i;
      sheet =
          sheet.row(
              pictures.get(i).name(),
              shown.stream().map(epoch -> new Still(epoch.overlays().get(picture))).toList());
    }
    return sheet;
  }

  /**
   * The last epoch alone: its pictures side by side, with the class and its probability below each.
   *
   * @throws IllegalStateException if the film is empty
   */
  public Gallery strip(int columns) {
    List<EpochOverlays> explained = explained();
    return strip(explained.get(explained.size() - 1), columns);
  }

  private static Gallery strip(EpochOverlays epoch, int columns) {
    List<Still> stills = epoch.overlays().stream().map(Still::new).toList();
    return Gallery.of(stills)
        .columns(Math.min(columns, stills.size()))
        .tileHeight(TILE)
        .title(heading(epoch, ", ", "accuracy "));
  }

  /**
   * An animation that runs for ever, a frame for each epoch with its number and accuracy. A page
   * has it as a GIF as large as fits into 150 kB, and shows the last frame to readers who want no
   * motion. Of more than 24 epochs it shows as many, the first and the last among them.
   *
   * @throws IllegalStateException if the film is empty
   */
  public Figure animation() {
    return animation(FIGURE_BYTES);
  }

  /**
   * Writes the {@link #animation()} as a GIF file as large as fits into a megabyte.
   *
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException if the film is empty
   */
  public void gif(Path file) throws IOException {
    AtomicFile.write(animation(FILE_BYTES).gif(), file);
  }

  private Animation animation(int mostBytes) {
    List<EpochOverlays> shown = chosen(FRAMES);
    String words =
        "Animation of "
            + Count.of(shown.size(), "epoch")
            + ". It ends with "
            + strip(shown.get(shown.size() - 1), FRAME_COLUMNS).altText();
    Animation animation = null;
    for (int tile : FRAME_TILES) {
      animation = new Animation(frames(shown, tile), words);
      if (animation.gif().length <= mostBytes) {
        break;
      }
    }
    return Objects.requireNonNull(animation);
  }

  private static List<Gif.Frame> frames(List<EpochOverlays> shown, int tile) {
    List<Gif.Frame> frames = new ArrayList<>();
    for (EpochOverlays epoch : shown) {
      boolean last = frames.size() == shown.size() - 1;
      frames.add(
          Animation.frame(strip(epoch, FRAME_COLUMNS).tileHeight(tile), last ? LAST_SHOWN : SHOWN));
    }
    return frames;
  }

  /** The epochs that have overlays. */
  private List<EpochOverlays> explained() {
    List<EpochOverlays> explained =
        epochs().stream().filter(epoch -> !epoch.overlays().isEmpty()).toList();
    if (explained.isEmpty()) {
      throw new IllegalStateException(
          "the film is empty; give it to the listener as a sink and train");
    }
    return explained;
  }

  /** Epochs that are evenly spread, the first and the last included. */
  private List<EpochOverlays> chosen(int most) {
    if (most < 2) {
      throw new IllegalArgumentException(
          "a film shows the first epoch and the last, so two or more, not " + most);
    }
    List<EpochOverlays> explained = explained();
    int count = Math.min(most, explained.size());
    return IntStream.range(0, count)
        .map(
            i ->
                count == 1
                    ? 0
                    : (int) Math.round((double) i * (explained.size() - 1) / (count - 1)))
        .mapToObj(explained::get)
        .toList();
  }

  private static String heading(EpochOverlays epoch, String between, String what) {
    return "epoch "
        + epoch.epoch()
        + accuracy(epoch)
            .map(value -> String.format(Locale.ROOT, "%s%s%.2f", between, what, value))
            .orElse("");
  }

  /** The accuracy on what was not learnt, or if that is not known, the first one that is. */
  private static Optional<Double> accuracy(EpochOverlays epoch) {
    Map<String, Double> metrics = epoch.metrics();
    Double validation = metrics.get("validation/accuracy");
    return validation != null
        ? Optional.of(validation)
        : metrics.keySet().stream()
            .filter(name -> name.endsWith("accuracy"))
            .findFirst()
            .map(metrics::get);
  }

  /** An overlay without a colour bar, with room for few words below it. */
  private record Still(ProbeOverlay probe) implements Tile {

    private Overlay overlay() {
      return probe.explanation().overlay().toBuilder()
          .optColorBar(false)
          .optCaption(caption())
          .build();
    }

    @Override
    public BufferedImage toImage() {
      return overlay().toImage();
    }

    @Override
    public BufferedImage body(int height) {
      return overlay().body(height);
    }

    @Override
    public String caption() {
      Explanation explanation = probe.explanation();
      return String.format(
          Locale.ROOT, "%s %.2f", explanation.targetLabel(), explanation.probability());
    }

    @Override
    public String altText() {
      return overlay().altText();
    }
  }
}
