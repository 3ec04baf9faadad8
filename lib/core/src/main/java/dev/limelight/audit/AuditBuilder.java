package dev.limelight.audit;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;

/** The settings of an {@link Audit}: explainer and images are required. */
public final class AuditBuilder {

  /** Pictures that are in memory at once. */
  private static final int AT_ONCE = 64;

  private Explainer explainer;
  private ImageSet images;
  private Method method = new GradCam();
  private long seed;
  private IntConsumer progress = done -> {};

  AuditBuilder() {}

  /** Of the network; required. */
  public AuditBuilder setExplainer(Explainer newExplainer) {
    explainer = newExplainer;
    return this;
  }

  /** The pictures; required. */
  public AuditBuilder setImages(ImageSet newImages) {
    images = newImages;
    return this;
  }

  /** The method of the maps; Grad-CAM by default. */
  public AuditBuilder optMethod(Method newMethod) {
    method = newMethod;
    return this;
  }

  /** The seed of what is random in the clustering; 0 by default. */
  public AuditBuilder optSeed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /** Is told how many pictures are done. */
  public AuditBuilder optProgress(IntConsumer newProgress) {
    progress = newProgress;
    return this;
  }

  /**
   * Looks at all pictures.
   *
   * @throws IllegalArgumentException if the method cannot run on this network
   * @throws CancellationException within one batch of an interrupt
   */
  public Audit run() {
    Objects.requireNonNull(explainer, "setExplainer is required");
    Objects.requireNonNull(images, "setImages is required");
    explainer.plan(List.of(method), Target.top()).rows().stream()
        .filter(row -> !row.runs())
        .findFirst()
        .ifPresent(
            row -> {
              throw new IllegalArgumentException(row.refusal());
            });
    List<AuditRow> rows = new ArrayList<>();
    for (int from = 0; from < images.size(); from += AT_ONCE) {
      rows.addAll(some(from, Math.min(images.size(), from + AT_ONCE)));
      progress.accept(rows.size());
    }
    return Audit.of(rows, seed);
  }

  private List<AuditRow> some(int from, int to) {
    AuditRow[] rows = new AuditRow[to - from];
    List<Example> read = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after " + from + " pictures");
      }
      try {
        read.add(images.get(i));
        places.add(i);
      } catch (IOException | IllegalArgumentException e) {
        rows[i - from] = AuditRow.failed(i, images.name(i), e.getMessage());
      }
    }
    try {
      List<Explanation> all = explained(read);
      for (int i = 0; i < read.size(); i++) {
        rows[places.get(i) - from] = AuditRow.of(places.get(i), read.get(i), all.get(i));
      }
    } catch (IllegalArgumentException e) {
      // One of them is refused: find out which.
      for (int i = 0; i < read.size(); i++) {
        rows[places.get(i) - from] = alone(places.get(i), read.get(i));
      }
    }
    return List.of(rows);
  }

  private List<Explanation> explained(List<Example> examples) {
    List<Picture> pictures = examples.stream().map(Example::picture).toList();
    return explainer.explain(Question.of(pictures).methods(method));
  }

  private AuditRow alone(int place, Example example) {
    try {
      return AuditRow.of(place, example, explained(List.of(example)).get(0));
    } catch (IllegalArgumentException e) {
      return AuditRow.failed(place, example.name(), e.getMessage());
    }
  }
}
