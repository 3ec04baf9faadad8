package dev.limelight.course.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import dev.limelight.array.NativeArrays;
import dev.limelight.course.data.LabelledSquares.Square;
import dev.limelight.image.Bilinear;
import dev.limelight.image.Picture;
import dev.limelight.scene.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Photos of cats and dogs, or of any two classes, to train and test one sigmoid unit with: data (3,
 * size, size) float32 in [0, 1], red first; label (1) float32, 0 for the first class (cat) and 1
 * for the second (dog). A batch is (N, 3, size, size) and (N, 1), as sigmoid binary cross entropy
 * takes them. The classes take turns as long as both have pictures.
 *
 * <p>Three sources: the sheets of 32 x 32 photos that come with the notebooks, a folder of one's
 * own photos, and CIFAR-10, which {@link #cifar10()} downloads. Pictures are held as bytes, {@code
 * 3 * side * side} each.
 */
public final class CatsVsDogs extends RandomAccessDataset {

  /** The seed of what has a mark. */
  private static final long MARKS = 7;

  private final SquareSource source;
  private final Dataset.Usage usage;
  private final int size;
  private final int perClass;
  private final boolean flip;
  private final int shift;
  private final long seed;
  private final @Nullable Shortcut shortcut;
  private @Nullable Loaded loaded;

  private record Item(int label, Square square) {}

  /**
   * What is known once the pictures are read.
   *
   * @param visits how often each item was asked for
   */
  private record Loaded(
      int side, List<String> labels, List<Item> items, AtomicIntegerArray visits) {}

  private CatsVsDogs(Builder builder) {
    super(builder);
    source =
        Objects.requireNonNull(builder.source, "setFolder is required, or start with cifar10()");
    usage = builder.usage;
    size = builder.size;
    perClass = builder.perClass;
    flip = builder.flip;
    shift = builder.shift;
    seed = builder.seed();
    shortcut = builder.shortcut;
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The 5,000 + 5,000 training and 1,000 + 1,000 test photos of CIFAR-10's cats and dogs. They are
   * downloaded (about 160 MB) when they are first needed, by DJL and into its cache; without a
   * network {@link #prepare()} fails.
   */
  public static Builder cifar10() {
    Builder builder = new Builder();
    builder.source = new CifarSource();
    return builder;
  }

  /** The names of the two classes: of label 0 and of label 1. */
  public List<String> labels() {
    return loaded().labels();
  }

  /** The label of a picture, 0 or 1. */
  public int label(int index) {
    return loaded().items().get(index).label();
  }

  /** A picture as it is held: 32 x 32 from sheets and CIFAR-10, at this data set's size else. */
  public Picture picture(int index) {
    Loaded held = loaded();
    return held.items().get(index).square().picture(held.side());
  }

  /**
   * One picture and its label. With flips, every second visit of a picture or so shows it mirrored;
   * the seed, the picture and the number of its visits decide, not the order.
   */
  @Override
  public Record get(NDManager manager, long index) {
    Loaded held = loaded();
    int at = Math.toIntExact(index);
    Item item = held.items().get(at);
    View view = flip || shift > 0 ? nextView(held.visits(), at) : View.PLAIN;
    float[] planes = planes(item.square(), held.side(), view);
    return new Record(
        new NDList(NativeArrays.of(manager, planes, new Shape(3, size, size))),
        new NDList(NativeArrays.of(manager, new float[] {item.label()}, new Shape(1))));
  }

  /** How a picture is shown in one visit: mirrored or not, and moved by some pixels. */
  private record View(boolean mirrored, int right, int down) {

    static final View PLAIN = new View(false, 0, 0);

    /** Where a pixel comes from; what the move uncovers repeats the edge. */
    int source(int x, int y, int side) {
      int column = Math.max(0, Math.min(side - 1, x - right));
      int row = Math.max(0, Math.min(side - 1, y - down));
      return row * side + (mirrored ? side - 1 - column : column);
    }
  }

  private View nextView(AtomicIntegerArray visits, int at) {
    long visit = visits.getAndIncrement(at);
    Random random = Seeds.of(seed, visit << 32 | at);
    boolean mirrored = flip && random.nextBoolean();
    int range = 2 * shift + 1;
    return new View(mirrored, random.nextInt(range) - shift, random.nextInt(range) - shift);
  }

  private float[] planes(Square square, int side, View view) {
    byte[] rgb = square.rgb();
    float[] planes = new float[3 * size * size];
    float[] plane = new float[side * side];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < plane.length; i++) {
        int from = view.source(i % side, i / side, side);
        plane[i] = (rgb[3 * from + channel] & 255) / 255f;
      }
      float[] resized = Bilinear.resize(plane, side, side, size, size);
      System.arraycopy(resized, 0, planes, channel * size * size, size * size);
    }
    return planes;
  }

  @Override
  protected long availableSize() {
    return loaded().items().size();
  }

  /**
   * Reads the pictures, once. The other methods do it themselves when it was not done.
   *
   * @throws IOException if a sheet or folder is missing or cannot be read
   * @throws IllegalArgumentException if the shortcut's class is none of the two
   */
  @Override
  public void prepare(@Nullable Progress progress) throws IOException {
    read();
  }

  private synchronized Loaded read() throws IOException {
    if (loaded == null) {
      loaded = load();
    }
    return loaded;
  }

  private Loaded load() throws IOException {
    LabelledSquares held = source.load(usage, size, perClass);
    if (shortcut != null && !held.labels().contains(shortcut.label())) {
      throw new IllegalArgumentException(
          "a shortcut is planted in one of "
              + held.labels()
              + ", but got '"
              + shortcut.label()
              + "'");
    }
    List<Item> all = new ArrayList<>();
    int most = held.classes().stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < most; i++) {
      for (int label = 0; label < held.classes().size(); label++) {
        List<Square> same = held.classes().get(label);
        if (i < same.size()) {
          Square plain = same.get(i);
          all.add(
              new Item(
                  label,
                  shortcut != null && isMarked(shortcut, held.labels().get(label), i)
                      ? plain.with(shortcut, held.side())
                      : plain));
        }
      }
    }
    return new Loaded(
        held.side(), held.labels(), List.copyOf(all), new AtomicIntegerArray(all.size()));
  }

  /** Whether a photo of a class has the mark; its number decides, not the order of a training. */
  private static boolean isMarked(Shortcut planted, String label, int number) {
    return planted.label().equals(label) && planted.drawn(Seeds.of(MARKS, number));
  }

  private Loaded loaded() {
    try {
      return read();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The settings of {@link CatsVsDogs}. */
  public static final class Builder extends SeededBuilder<Builder> {

    private @Nullable SquareSource source;
    private Dataset.Usage usage = Dataset.Usage.TRAIN;
    private int size = 64;
    private int perClass = Integer.MAX_VALUE;
    private boolean flip;
    private int shift;
    private @Nullable Shortcut shortcut;

    private Builder() {}

    /**
     * Where the pictures are; required. Either the four sheets {@code {train,test}-{cat,dog}.png},
     * or one's own pictures in {@code train} and {@code test}, each with exactly two folders whose
     * sorted names are the labels: any size (the shorter side is resized, the middle cut out), any
     * format that {@link dev.limelight.codec.Pictures#read(Path)} knows; files that cannot be read
     * are left out with one warning.
     */
    public Builder setFolder(Path folder) {
      source = SheetSource.isAt(folder) ? new SheetSource(folder) : new FolderSource(folder);
      return this;
    }

    /** The part to train or the part to test with; TRAIN by default. */
    public Builder optUsage(Dataset.Usage usage) {
      SquareSource.part(usage);
      this.usage = usage;
      return this;
    }

    /** The width and height of the data in pixels, bilinear from 32 x 32; 64 by default. */
    public Builder optSize(int size) {
      if (size < 8 || size > 1024) {
        throw new IllegalArgumentException("the size is from 8 to 1024 pixels, not " + size);
      }
      this.size = size;
      return this;
    }

    /** The most pictures of each class, the first ones; by default all. */
    public Builder optPerClass(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("at least one picture a class, not " + count);
      }
      this.perClass = count;
      return this;
    }

    /** Whether pictures are mirrored at random, decided by the seed; by default they are not. */
    public Builder optFlip(boolean flip) {
      this.flip = flip;
      return this;
    }

    /**
     * The most stored pixels by which a picture is moved at random on each visit, in each
     * direction; not at all by default. For training only: a shifted test set is another test set.
     */
    public Builder optShift(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("a picture is moved by no pixels or more, not " + most);
      }
      shift = most;
      return this;
    }

    /**
     * A mark that gives a class away, planted in its photos as they are held; none by default.
     * Mirroring and moving a photo takes the mark along.
     */
    public Builder optShortcut(@Nullable Shortcut planted) {
      shortcut = planted;
      return this;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** The data set; it is read when it is first needed. */
    public CatsVsDogs build() {
      ready();
      return new CatsVsDogs(this);
    }
  }
}
