package dev.limelight.report;

import dev.limelight.Explanation;
import dev.limelight.image.Picture;
import dev.limelight.support.Count;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Explanations as a small page in which a reader chooses method, layer, class, opacity and
 * threshold, and reads the values under the pointer. It is a report reduced to its large view, for
 * the output of a notebook's cell.
 */
@API(status = Status.INTERNAL)
public final class ExplorerPage {

  /** Outputs are stored in the notebook, and a committed notebook has 1.5 MB at most. */
  private static final int MOST_BYTES = 400_000;

  /** About what a map has in words, numbers and names. */
  private static final int BYTES_OF_WORDS = 1500;

  private static final long BYTES_OF_A_PHOTO = 50_000;

  private final List<PictureMaps> pictures;
  private final int shown;
  private final int all;

  /**
   * The page of at least one explanation. Explanations of the same picture are put together. Where
   * a page would be too large, the last ones are left out, and the page says so.
   */
  public ExplorerPage(List<Explanation> explanations) {
    if (explanations.isEmpty()) {
      throw new IllegalArgumentException(
          "an explorer needs at least one explanation, but got none; explain a picture first");
    }
    all = explanations.size();
    List<List<Explanation>> groups = new ArrayList<>();
    long bytes = 0;
    int count = 0;
    for (Explanation one : explanations) {
      Optional<List<Explanation>> known =
          groups.stream().filter(group -> same(group.get(0).picture(), one.picture())).findFirst();
      bytes += bytes(one) + (known.isPresent() ? 0 : bytes(one.picture()));
      if (bytes > MOST_BYTES && count > 0) {
        break;
      }
      known.ifPresentOrElse(
          group -> group.add(one), () -> groups.add(new ArrayList<>(List.of(one))));
      count++;
    }
    shown = count;
    List<PictureMaps> named = new ArrayList<>();
    for (List<Explanation> group : groups) {
      named.add(PictureMaps.of(name(group.get(0).picture(), named.size() + 1), group));
    }
    pictures = List.copyOf(named);
  }

  /** About what a map takes in a page. */
  private static long bytes(Explanation map) {
    StoredMap stored = StoredMap.of(map);
    return BYTES_OF_WORDS + stored.map().values().length * (stored.bits() / 8) * 4L / 3;
  }

  /** About what a picture takes in a page, which reduces large ones. */
  private static long bytes(@Nullable Picture picture) {
    return picture == null
        ? 0
        : Math.min(BYTES_OF_A_PHOTO, 4L * picture.width() * picture.height());
  }

  private static boolean same(@Nullable Picture one, @Nullable Picture other) {
    if (one == null || other == null) {
      return false;
    }
    return one == other
        || (one.name().equals(other.name())
            && one.width() == other.width()
            && one.height() == other.height()
            && Arrays.equals(one.rgb(), other.rgb()));
  }

  private static String name(@Nullable Picture picture, int number) {
    if (picture == null) {
      return "tensor " + number;
    }
    return picture.name().isBlank() ? "picture " + number : picture.name();
  }

  /** What the page shows, in one sentence. */
  public String title() {
    String words =
        "Explorer: " + Count.of(shown, "map") + " of " + Count.of(pictures.size(), "picture");
    return shown == all
        ? words
        : words + "; " + (all - shown) + " more do not fit, so show fewer at a time";
  }

  /** How many of the explanations are shown, counted from the first. */
  public int shown() {
    return shown;
  }

  /** The page. */
  public String html() {
    HtmlReport.Builder page = HtmlReport.builder().setTitle(title()).optExplorer(true);
    if (shown < all) {
      page.optIntroduction(title() + ".");
    }
    pictures.forEach(page::addPicture);
    return page.build().html();
  }
}
