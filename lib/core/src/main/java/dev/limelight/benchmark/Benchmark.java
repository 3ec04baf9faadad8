package dev.limelight.benchmark;

import dev.limelight.Explainer;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.scene.Backgrounds;
import dev.limelight.scene.CutOutFile;
import dev.limelight.scene.SceneObject;
import dev.limelight.scene.SceneSet;
import dev.limelight.scene.SizeRange;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Methods compared on scenes: objects with exact masks pasted on backgrounds. Measures where maps
 * peak, how much of them is on the object, how well they cover it, whether they tell two objects
 * apart, whether they follow what the network learnt, and what they cost.
 *
 * <pre>{@code
 * BenchmarkResult result = new Benchmark()
 *     .setExplainer(explainer)
 *     .optSet(SceneSet.REPORT)
 *     .run();
 * }</pre>
 */
@API(status = Status.INTERNAL)
public final class Benchmark {

  /** The largest number of classes among which an object's must be to be seen. */
  private static final int MOST_TOP_CLASSES = 5;

  @Nullable Explainer explainer;
  List<SceneObject> objects = List.of();
  Backgrounds backgrounds = Backgrounds.generated();
  List<? extends Method> methods =
      Stream.of("grad-cam", "layer-cam", "eigen-cam", "grad-spotlight", "random-cam", "center-blob")
          .map(Methods::named)
          .toList();
  int scenes = 200;
  int count = 1;
  List<SizeRange> sizes = List.of(new SizeRange(0.22, 0.6));
  SceneSet set = SceneSet.DEVELOPMENT;
  long seed;
  boolean top;
  int topClasses;
  int costly = 20;
  BenchmarkListener listener = (step, done, total) -> {};

  /** Of the network; required. */
  public Benchmark setExplainer(Explainer newExplainer) {
    explainer = newExplainer;
    return this;
  }

  /** What is pasted; by default {@link CutOutFile#shipped}, classes of ImageNet. */
  public Benchmark optObjects(List<? extends SceneObject> newObjects) {
    objects = List.copyOf(newObjects);
    return this;
  }

  /** What is behind; by default generated textures. */
  public Benchmark optBackgrounds(Backgrounds newBackgrounds) {
    backgrounds = newBackgrounds;
    return this;
  }

  /** The methods; by default four of the CAM family and two controls. */
  public Benchmark optMethods(List<? extends Method> newMethods) {
    methods = List.copyOf(newMethods);
    return this;
  }

  /** How many scenes are made; 200 by default. Those whose objects are not seen do not count. */
  public Benchmark optScenes(int newScenes) {
    scenes = atLeast(1, newScenes, "scenes");
    return this;
  }

  /** How many objects a scene has, 1 by default, or 2 of different classes. */
  public Benchmark optCount(int newCount) {
    count = newCount;
    return this;
  }

  /** How large objects are, in turns; by default 0.22 to 0.6 of the shorter side. */
  public Benchmark optSizes(List<SizeRange> newSizes) {
    sizes = List.copyOf(newSizes);
    return this;
  }

  /** Which set; the development set by default. */
  public Benchmark optSet(SceneSet newSet) {
    set = newSet;
    return this;
  }

  /** Another one makes other scenes of the same set; 0 by default. */
  public Benchmark optSeed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /**
   * Explains the network's top class instead of the object's, so that objects need no class of the
   * network. The network sees an object where it has another top class than for the background.
   */
  public Benchmark optTop(boolean newTop) {
    top = newTop;
    return this;
  }

  /**
   * Among how many of the largest scores the class of an object must be for the network to see it;
   * by default a tenth of the classes, at least one an object and at most 5 for one object and 10
   * for two.
   */
  public Benchmark optTopClasses(int newTopClasses) {
    topClasses = atLeast(1, newTopClasses, "top classes");
    return this;
  }

  /**
   * On how many of the seen scenes randomisation, insertion and deletion are measured, which need
   * many passes; 20 by default, 0 for none.
   */
  public Benchmark optCostly(int newCostly) {
    costly = atLeast(0, newCostly, "scenes of costly metrics");
    return this;
  }

  /** Is called after each step. */
  public Benchmark optListener(BenchmarkListener newListener) {
    listener = newListener;
    return this;
  }

  private static int atLeast(int least, int number, String what) {
    if (number < least) {
      throw new IllegalArgumentException(
          "the number of " + what + " is at least " + least + ", but got " + number);
    }
    return number;
  }

  /** Among how many classes an object's must be. */
  int topClasses(int classes) {
    return topClasses > 0
        ? topClasses
        : Math.max(count, Math.min(MOST_TOP_CLASSES * count, classes / 10));
  }

  /**
   * Makes the scenes and measures all methods.
   *
   * @throws IOException if a background cannot be read
   * @throws IllegalArgumentException if no object has a class of the network, or the network sees
   *     none
   * @throws CancellationException within one batch of an interrupt
   */
  public BenchmarkResult run() throws IOException {
    Explainer given = Objects.requireNonNull(explainer, "setExplainer is required");
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("a benchmark needs a method or more; call optMethods");
    }
    if (objects.isEmpty()) {
      objects = CutOutFile.shipped();
    }
    return new BenchmarkRun(this, given).run();
  }
}
