package dev.limelight.model;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network cut in two at a layer: features, from the picture x to the activations A, and head,
 * from A to the logits. Features are never recorded; only the head is, from A on, so that a
 * gradient map costs little more than one forward pass. Both parts share the model's parameters and
 * do not change them.
 */
public final class SplitModel implements AutoCloseable {

  /** How ONNX Runtime names a length that differs. */
  private static final Pattern OTHER_LENGTH =
      Pattern.compile("index: (\\d) Got: (\\d{1,9}) Expected: (\\d{1,9})");

  /** How PyTorch says that numbers are of two types. */
  private static final Pattern OTHER_TYPE =
      Pattern.compile("c10::(Half|BFloat16)|type \\(double\\)|same dtype|expected scalar type");

  public static final LayerPath INPUT = LayerPath.of("input");

  private final LayerPath layer;
  private final Stage features;
  private final Stage head;
  private final Autograd autograd;
  private final @Nullable Grid grid;
  private final Layout.@Nullable Order order;

  /** Referred to, as DJL closes a model to which nothing refers; null where another does. */
  private final @Nullable Model model;

  private @Nullable Boolean linear;

  public SplitModel(LayerPath layer, Stage features, Stage head, Autograd autograd) {
    this(layer, features, head, autograd, null, null, null);
  }

  /** The same, of a layer of which the network knows which dimension is which. */
  public SplitModel(
      LayerPath layer,
      Stage features,
      Stage head,
      Autograd autograd,
      Layout.@Nullable Order order) {
    this(layer, features, head, autograd, null, order, null);
  }

  private SplitModel(
      LayerPath layer,
      Stage features,
      Stage head,
      Autograd autograd,
      @Nullable Grid grid,
      Layout.@Nullable Order order,
      @Nullable Model model) {
    this.layer = layer;
    this.features = features;
    this.head = head;
    this.autograd = autograd;
    this.grid = grid;
    this.order = order;
    this.model = model;
  }

  /**
   * Cuts a model at a layer.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public static SplitModel of(Model model, LayerPath layer) {
    SplitModel split = Network.of(model).split(layer);
    return new SplitModel(
        split.layer, split.features, split.head, split.autograd, split.grid, split.order, model);
  }

  /** The same model with the grid of the layer's tokens, or null if it is unknown. */
  SplitModel on(@Nullable Grid known) {
    return new SplitModel(layer, features, head, autograd, known, order, model);
  }

  /** The grid of the layer's tokens if it was given, or null. */
  public @Nullable Grid grid() {
    return grid;
  }

  /** The layer at which it is cut. */
  public LayerPath layer() {
    return layer;
  }

  /**
   * Runs the first part, in inference mode and without recording. Tokens are converted to (N, C, h,
   * w), and the head converts them back.
   *
   * @param input pictures, (N, C, H, W) float32; the results belong to its manager
   * @throws UnsupportedException if the layer has no locations, or its layout is ambiguous
   */
  public Cut features(NDArray input) {
    return autograd.inference(
        () ->
            cut(
                accepted(
                    input.getShape(), () -> features.run(new NDList(autograd.detached(input)))),
                input));
  }

  private Cut cut(NDList outputs, NDArray input) {
    Shape output = outputs.head().getShape();
    return Cut.of(outputs, Layout.of(layer, output, input.getShape(), grid, order));
  }

  /**
   * What both parts give.
   *
   * @param cut what the first part gives
   * @param gradients of the second part
   */
  public record Run(Cut cut, Gradients gradients) {}

  /**
   * Runs both parts and differentiates the second, at once where the engine can.
   *
   * @param input pictures, (N, C, H, W)
   * @param scores as in {@link #gradients(Cut, Function)}
   */
  public Run run(NDArray input, Function<NDArray, NDList> scores) {
    return autograd
        .run(input, outputs -> cut(outputs, input), scores)
        .orElseGet(
            () -> {
              Cut cut = features(input);
              return new Run(cut, gradients(cut, scores));
            });
  }

  /** Runs the picture through several layers that everything passes, each of a layout. */
  List<Cut> through(Stage stage, NDArray input, List<Layout> layouts) {
    return autograd.inference(
        () -> {
          NDList out =
              accepted(input.getShape(), () -> stage.run(new NDList(autograd.detached(input))));
          List<Cut> cuts = new ArrayList<>();
          for (int i = 0; i < layouts.size(); i++) {
            cuts.add(Cut.of(new NDList(out.get(i)), layouts.get(i)));
          }
          return cuts;
        });
  }

  /** Runs the second part without recording: (N, K) logits, or another output per picture. */
  public NDArray head(Cut cut) {
    return autograd.inference(() -> run(cut));
  }

  /**
   * Runs and differentiates the second part.
   *
   * @param cut the cut from which it starts
   * @param scores (N, K) logits to one tensor per score; each is summed over the batch before it is
   *     differentiated
   */
  public Gradients gradients(Cut cut, Function<NDArray, NDList> scores) {
    return autograd.gradients(cut, this::run, scores);
  }

  /**
   * Runs the second part to differentiate it several times.
   *
   * @param cut the cut from which it starts; it stays open as long as gradients are asked for
   * @param values from its output to what is weighted, (N, M, K)
   */
  public Autograd.RecordedHead record(Cut cut, Function<NDArray, NDArray> values) {
    return autograd.record(cut, this::run, values);
  }

  /**
   * Differentiates from an earlier layer on, through others, where everything passes all of them.
   * The second part is recorded alone; its gradients are then what the part between the last two
   * layers is differentiated with, and so on, so that each part runs once.
   *
   * @param between the parts between the layers, in the order of computation
   * @param layouts of the layers after the first
   */
  Network.TailGradients gradients(
      List<Stage> between, List<Layout> layouts, Cut from, Function<NDArray, NDList> scores) {
    if (between.isEmpty()) {
      return new Network.TailGradients(List.of(), gradients(from, scores), List.of());
    }
    Layout layout = layouts.get(0);
    List<Cut> later = new ArrayList<>();
    List<Network.TailGradients> rest = new ArrayList<>();
    Gradients earlier =
        autograd.gradients(
            from,
            cut -> {
              NDArray maps = layout.maps(between.get(0).run(cut.toList()).head());
              later.add(new Cut(autograd.detached(maps), new NDList(), layout));
              return maps;
            },
            maps -> {
              rest.add(gradients(after(between), after(layouts), later.get(0), scores));
              NDList products = new NDList();
              rest.get(0).atFirst().forEach(gradient -> products.add(maps.mul(gradient)));
              return products;
            });
    return rest.get(0).after(later.get(0), earlier.perScore());
  }

  private static <T> List<T> after(List<T> all) {
    return all.subList(1, all.size());
  }

  /**
   * Whether the second part is global average pooling and one linear layer, tested by running it:
   * its gradient is the same at all locations, and three points are on a line. The result is
   * cached.
   */
  public boolean linear(Cut cut) {
    if (linear == null) {
      linear = cut.carried().isEmpty() && affine(cut) && even(cut);
    }
    return linear;
  }

  private boolean even(Cut cut) {
    NDArray gradient;
    try {
      gradient = gradients(cut, logits -> new NDList(logits.max(new int[] {1}))).perScore().get(0);
    } catch (UnsupportedException e) {
      return false;
    }
    long places = gradient.getShape().get(2) * gradient.getShape().get(3);
    NDArray mean = gradient.sum(new int[] {2, 3}, true).div(places);
    return largest(gradient.sub(mean)) <= 1e-4f * largest(gradient);
  }

  private boolean affine(Cut cut) {
    NDArray bias = head(cut.with(cut.activations().zerosLike()));
    if (bias.getShape().dimension() != 2) {
      return false;
    }
    NDArray mirrored = head(cut.with(cut.activations().neg()));
    NDArray logits = head(cut);
    NDArray expected = bias.mul(2).sub(logits);
    float size = Math.max(largest(expected), Math.max(largest(bias), largest(logits)));
    return largest(mirrored.sub(expected)) <= 1e-3f * size;
  }

  private static float largest(NDArray array) {
    return array.abs().max().toFloatArray()[0];
  }

  /**
   * Runs work that an engine may refuse for the shape of its input, and reports that in one
   * sentence.
   */
  public static <T> T accepted(Shape shape, Supplier<T> work) {
    try {
      return work.get();
    } catch (UnsupportedException e) {
      throw e;
    } catch (EngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
      String message = String.valueOf(e.getMessage());
      Shape wanted = wanted(shape, message);
      throw new UnsupportedException(
          wanted == null
              ? "the network refuses an input of shape "
                  + shape
                  + " ("
                  + Names.reason(e)
                  + (OTHER_TYPE.matcher(message).find()
                      ? "): its code computes in another type than float32; save it again after"
                          + " model.float()"
                      : "); give the size and channels it was made for")
              : takes(wanted, shape),
          e);
    }
  }

  /** The shape that ONNX Runtime's refusal asks for, or null if it says nothing of it. */
  private static @Nullable Shape wanted(Shape got, String message) {
    // DJL gives its own array.
    long[] wanted = got.getShape().clone();
    Matcher length = OTHER_LENGTH.matcher(message);
    while (length.find()) {
      int axis = Integer.parseInt(length.group(1));
      if (axis >= wanted.length || wanted[axis] != Long.parseLong(length.group(2))) {
        return null;
      }
      wanted[axis] = Long.parseLong(length.group(3));
    }
    return Arrays.equals(wanted, got.getShape()) ? null : new Shape(wanted);
  }

  private static String takes(Shape wanted, Shape got) {
    boolean size =
        got.dimension() == 4 && wanted.get(0) == got.get(0) && wanted.get(1) == got.get(1);
    return size
        ? "the network takes "
            + size(wanted)
            + " pixels, but the size given is "
            + size(got)
            + "; give "
            + size(wanted)
            + ", on the command line by --size"
        : "the network takes an input of shape " + wanted + ", but got " + got;
  }

  private static String size(Shape picture) {
    return picture.get(3) + "x" + picture.get(2);
  }

  /** The same numbers without a past, on which the engine that differentiates can compute. */
  public NDArray detached(NDArray array) {
    return autograd.detached(array);
  }

  private NDArray run(Cut cut) {
    NDList outputs = head.run(cut.toList());
    if (outputs.size() != 1) {
      throw new UnsupportedException(
          "this network gives "
              + outputs.size()
              + " outputs, "
              + Arrays.toString(outputs.getShapes())
              + "; name one by optOutput, on the command line by --output, as 0 to "
              + (outputs.size() - 1));
    }
    return logits(outputs.head(), cut.activations().getShape().get(0));
  }

  /** A network's output as (N, K), if it has no other dimensions. */
  public static NDArray logits(NDArray output, long n) {
    Shape shape = output.getShape();
    if (shape.dimension() < 1 || shape.get(0) != n) {
      throw new UnsupportedException(
          "a network gives one output for each of the "
              + n
              + " pictures of a batch, and this one gives "
              + shape
              + "; cut off what puts them together");
    }
    boolean plain = shape.dimension() != 2 && allOnes(shape);
    return plain ? output.reshape(n, shape.size() / n) : output;
  }

  private static boolean allOnes(Shape shape) {
    for (int i = 2; i < shape.dimension(); i++) {
      if (shape.get(i) != 1) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    features.close();
    head.close();
  }
}
