package dev.limelight.course.data;

import dev.limelight.data.ImageSet;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.scene.Ground;
import dev.limelight.scene.Outline;
import dev.limelight.scene.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Endless generated pictures: one to three shapes of any colour, size and turn on textured ground,
 * with the exact mask of each. Only the outline identifies the class: colours and textures are
 * drawn alike for all. Scene {@code i} depends on the seed and {@code i} alone; the classes take
 * turns.
 */
public final class Scenes {

  private final int side;
  private final long seed;
  private final int shapes;
  private final List<Outline> outlines;
  private final @Nullable Shortcut shortcut;

  private Scenes(Builder builder) {
    side = builder.side;
    seed = builder.seed;
    shapes = builder.shapes;
    outlines = builder.outlines;
    shortcut = builder.shortcut;
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** The width and height in pixels. */
  public int side() {
    return side;
  }

  /** The names of the classes, in the order of their labels. */
  public List<String> labels() {
    return outlines.stream().map(Outline::label).toList();
  }

  /**
   * The scene of an index.
   *
   * @throws IllegalArgumentException if the index is negative
   */
  public Scene get(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("scenes are counted from 0, there is no " + index);
    }
    Random random = Seeds.of(seed, 2L * index + 1);
    Ground ground = ground(index);
    int[] rgb = ground.pixels();
    int label = index % outlines.size();
    List<Scene.Shape> drawn =
        shapes == 3 ? three(label, ground, rgb, random) : upToTwo(label, ground, rgb, random);
    Mask mark =
        shortcut != null && marked(shortcut, index, label) ? shortcut.paint(rgb, side) : null;
    return new Scene(Picture.of(side, side, rgb, "scene " + index), drawn, mark);
  }

  /** One shape, or two of two classes in two halves of the picture. */
  private List<Scene.Shape> upToTwo(int label, Ground ground, int[] rgb, Random random) {
    int other = (label + 1 + random.nextInt(Math.max(1, outlines.size() - 1))) % outlines.size();
    boolean across = random.nextBoolean();
    boolean first = random.nextBoolean();
    List<Scene.Shape> drawn = new ArrayList<>();
    for (int i = 0; i < shapes; i++) {
      double radius =
          side
              * (shapes == 1
                  ? Ground.uniform(random, 0.17, 0.29)
                  : Ground.uniform(random, 0.15, 0.22));
      double along = Ground.uniform(random, radius, (shapes == 1 ? 1 : 0.5) * side - radius);
      along += shapes == 2 && (i == 0) != first ? 0.5 * side : 0;
      double beside = Ground.uniform(random, radius, side - radius);
      Outline outline = outlines.get(i == 0 ? label : other);
      boolean[] cells =
          outline.cells(
              side, across ? along : beside, across ? beside : along, radius, random.nextDouble());
      ground.paint(rgb, side, cells, random);
      drawn.add(
          new Scene.Shape(i == 0 ? label : other, outline.label(), new Mask(side, side, cells)));
    }
    return drawn;
  }

  /** Three shapes: the second of another class, the third of any. */
  private List<Scene.Shape> three(int label, Ground ground, int[] rgb, Random random) {
    int other = (label + 1 + random.nextInt(outlines.size() - 1)) % outlines.size();
    int[] labels = {label, other, random.nextInt(outlines.size())};
    List<ThreePlaces.Place> places = ThreePlaces.draw(side, random);
    List<Scene.Shape> drawn = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      ThreePlaces.Place place = places.get(i);
      Outline outline = outlines.get(labels[i]);
      boolean[] cells =
          outline.cells(side, place.x(), place.y(), place.radius(), random.nextDouble());
      ground.paint(rgb, side, cells, random);
      drawn.add(new Scene.Shape(labels[i], outline.label(), new Mask(side, side, cells)));
    }
    return drawn;
  }

  /** Whether a scene has the shortcut; drawn separately, so that all else is as without it. */
  private boolean marked(Shortcut planted, int index, int label) {
    return outlines.get(label).label().equals(planted.label())
        && planted.drawn(Seeds.of(~seed, index));
  }

  /** The scenes of the indices from {@code first} on. */
  public List<Scene> list(int first, int count) {
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scenes.add(get(first + i));
    }
    return scenes;
  }

  /** The scenes of the indices from {@code first} on, each generated when it is asked for. */
  public ImageSet images(int first, int count) {
    return new ScenesInOrder(this, first, count);
  }

  /**
   * A part of the scenes to train or test with; take other indices for each.
   *
   * @param first the index of the first scene
   * @param count the number of scenes
   * @param batchSize the number of scenes in a batch
   * @param shuffle whether each epoch has a different order
   */
  public ScenesDataset asDataset(int first, int count, int batchSize, boolean shuffle) {
    return ScenesDataset.builder()
        .setScenes(this)
        .optRange(first, count)
        .optSeed(seed)
        .setSampling(batchSize, shuffle)
        .build();
  }

  /** What is behind the shapes of a scene. */
  Ground ground(int index) {
    return new Ground(side, Seeds.of(seed, 2L * index));
  }

  /** The settings of {@link Scenes}. */
  public static final class Builder {

    private int side = 64;
    private long seed = Seeds.DEFAULT;
    private int shapes = 1;
    private List<Outline> outlines = List.of(Outline.values());
    private @Nullable Shortcut shortcut;

    private Builder() {}

    /** The width and height, at least 24 pixels; 64 by default. */
    public Builder optSide(int side) {
      if (side < 24 || side > 2048) {
        throw new IllegalArgumentException("a scene's side is from 24 to 2048, not " + side);
      }
      this.side = side;
      return this;
    }

    /** The seed of all scenes; 20260101 by default. */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * How many shapes a scene has, 1 to 3; two shapes are of two classes, a third is of any class.
     * 1 by default.
     */
    public Builder optShapes(int shapes) {
      if (shapes < 1 || shapes > 3) {
        throw new IllegalArgumentException("a scene has 1 to 3 shapes, not " + shapes);
      }
      this.shapes = shapes;
      return this;
    }

    /** The classes, at least two of circle, square, triangle, cross; by default all of them. */
    public Builder optLabels(String... names) {
      List<Outline> chosen = new ArrayList<>();
      for (String name : names) {
        chosen.add(Outline.named(name));
      }
      if (chosen.size() < 2 || new HashSet<>(chosen).size() < chosen.size()) {
        throw new IllegalArgumentException(
            "scenes take at least two different classes, not " + List.of(names));
      }
      outlines = List.copyOf(chosen);
      return this;
    }

    /** A mark in pictures of one class, which gives it away; null, the default, for none. */
    public Builder optShortcut(@Nullable Shortcut planted) {
      this.shortcut = planted;
      return this;
    }

    /**
     * The scenes.
     *
     * @throws IllegalArgumentException if the shortcut's class is none of theirs
     */
    public Scenes build() {
      List<String> labels = outlines.stream().map(Outline::label).toList();
      if (shortcut != null && !labels.contains(shortcut.label())) {
        throw new IllegalArgumentException(
            "a shortcut is planted in one of " + labels + ", but got '" + shortcut.label() + "'");
      }
      return new Scenes(this);
    }
  }
}
