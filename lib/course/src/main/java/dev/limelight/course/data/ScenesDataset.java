package dev.limelight.course.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import dev.limelight.array.NativeArrays;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A range of {@link Scenes} to train with: data (3, side, side) float32 in [0, 1], red first; label
 * one int32, the class of the first shape (for softmax cross entropy), unless another is chosen.
 * Scenes are generated as they are asked for.
 */
public final class ScenesDataset extends RandomAccessDataset {

  private final Scenes scenes;
  private final int first;
  private final int count;
  private final BiFunction<NDManager, Scene, NDArray> label;

  private ScenesDataset(Builder builder) {
    super(builder);
    scenes = Objects.requireNonNull(builder.scenes, "setScenes is required");
    first = builder.first;
    count = builder.count;
    label = builder.label;
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** The scene at a position of this dataset. */
  public Scene scene(int position) {
    return scenes.get(first + Objects.checkIndex(position, count));
  }

  @Override
  public Record get(NDManager manager, long position) {
    Scene scene = scene(Math.toIntExact(position));
    Shape shape = new Shape(3, scenes.side(), scenes.side());
    return new Record(
        new NDList(NativeArrays.of(manager, scene.picture().planes(), shape)),
        new NDList(label.apply(manager, scene)));
  }

  @Override
  protected long availableSize() {
    return count;
  }

  @Override
  public void prepare(Progress progress) {
    // nothing to fetch
  }

  /** The settings of a {@link ScenesDataset}. */
  public static final class Builder extends SeededBuilder<Builder> {

    private @Nullable Scenes scenes;
    private int first;
    private int count = 1000;
    private BiFunction<NDManager, Scene, NDArray> label =
        (manager, scene) -> manager.create(scene.label());

    private Builder() {}

    /** The scenes to take from; required. */
    public Builder setScenes(Scenes scenes) {
      this.scenes = scenes;
      return this;
    }

    /** Which scenes; by default the first 1,000. */
    public Builder optRange(int first, int count) {
      if (first < 0 || count < 1 || first > Integer.MAX_VALUE - count) {
        throw new IllegalArgumentException(
            "a range of scenes starts at 0 or later and has at least one, not "
                + count
                + " from "
                + first);
      }
      this.first = first;
      this.count = count;
      return this;
    }

    /** What is learnt of each scene; by default the class of its first shape, one int32. */
    public Builder optLabel(BiFunction<NDManager, Scene, NDArray> newLabel) {
      label = newLabel;
      return this;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** The dataset. */
    public ScenesDataset build() {
      ready();
      return new ScenesDataset(this);
    }
  }
}
