package dev.limelight.audit;

import dev.limelight.Explainer;
import dev.limelight.cam.GradCam;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Method;
import dev.limelight.support.UnsupportedException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link Audit}: explainer and images are required. */
public final class AuditBuilder {

  private @Nullable Explainer explainer;
  private @Nullable ImageSet images;
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

  /** Is given the number of pictures that are done. */
  public AuditBuilder optProgress(IntConsumer newProgress) {
    progress = newProgress;
    return this;
  }

  /**
   * Looks at all pictures.
   *
   * @throws UnsupportedException if the method cannot run on this network
   * @throws CancellationException within one batch of an interrupt
   */
  public Audit run() {
    return new AuditRun(
            Objects.requireNonNull(explainer, "setExplainer is required"),
            Objects.requireNonNull(images, "setImages is required"),
            method,
            seed,
            progress)
        .run();
  }
}
