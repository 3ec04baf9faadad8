package dev.limelight.onnx.signature;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.onnx.pt2.LengthRange;
import dev.limelight.onnx.pt2.Pt2File;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of pictures, and how many at a time, that a program of torch.export was made for.
 *
 * @param pictures at a time
 * @param lengths of each dimension of the input; empty if it is not the picture
 */
public record InputSizes(LengthRange pictures, List<LengthRange> lengths) {

  private static final int DIMENSIONS = 4;

  private static final long USUAL = 224;

  /** Keeps its own list. */
  public InputSizes {
    lengths = List.copyOf(lengths);
  }

  /**
   * Those that a model states, or any.
   *
   * @param model a model, or a part of one
   * @param input the name of its input that is the picture, or what is made of it
   */
  public static InputSizes of(ModelProto model, String input) {
    Map<String, LengthRange> ranges = new HashMap<>();
    model
        .getMetadataPropsList()
        .forEach(
            property ->
                LengthRange.parse(property.getValue())
                    .ifPresent(range -> ranges.put(property.getKey(), range)));
    List<LengthRange> lengths = new ArrayList<>();
    for (ValueInfoProto value : model.getGraph().getInputList()) {
      if (value.getName().equals(input)) {
        for (TensorShapeProto.Dimension one :
            value.getType().getTensorType().getShape().getDimList()) {
          lengths.add(ranges.getOrDefault(Pt2File.LENGTHS + one.getDimParam(), LengthRange.ANY));
        }
      }
    }
    return new InputSizes(
        ranges.getOrDefault(Pt2File.PICTURES, LengthRange.ANY),
        lengths.size() == DIMENSIONS ? lengths : List.of());
  }

  /** The same of an input that has its channels last. */
  public InputSizes channelsFirst() {
    return lengths.isEmpty()
        ? this
        : new InputSizes(
            pictures, List.of(lengths.get(0), lengths.get(3), lengths.get(1), lengths.get(2)));
  }

  /**
   * How many pictures go through at once.
   *
   * @param n how many there are
   * @return 0 for all of them, if the program takes as many
   */
  public int atOnce(long n) {
    return pictures.has(n) ? 0 : Math.toIntExact(pictures.nearest(n));
  }

  /**
   * Checks the size of a picture.
   *
   * @param picture the shape of the input, (N, C, H, W)
   * @throws UnsupportedException if the program does not take it
   */
  public void check(Shape picture) {
    if (lengths.isEmpty() || picture.dimension() != DIMENSIONS) {
      return;
    }
    for (int i = 1; i < DIMENSIONS; i++) {
      if (!lengths.get(i).has(picture.get(i))) {
        boolean size = i > 1;
        throw new UnsupportedException(
            "the network takes "
                + limits()
                + ", but "
                + (size
                    ? "the size given is " + picture.get(3) + "x" + picture.get(2)
                    : "got " + picture.get(1) + " channels")
                + "; give "
                + (size
                    ? nearest(picture, 3)
                        + "x"
                        + nearest(picture, 2)
                        + ", on the command line by"
                        + " --size"
                    : nearest(picture, 1) + " channels")
                + ", or export the model for other sizes");
      }
    }
  }

  private long nearest(Shape picture, int dimension) {
    return lengths.get(dimension).nearest(picture.get(dimension));
  }

  /** Whether a height and width of 224, which networks usually have, is refused. */
  public boolean excludesUsual() {
    return !lengths.isEmpty() && !(lengths.get(2).has(USUAL) && lengths.get(3).has(USUAL));
  }

  /** The length of a dimension that is nearest to the usual one. */
  public long nearestToUsual(int dimension) {
    return lengths.get(dimension).nearest(USUAL);
  }

  /** The limits in words, such as "a height of 32 to 512"; "" if there are none. */
  public String limits() {
    if (lengths.isEmpty()) {
      return "";
    }
    List<String> all = new ArrayList<>();
    String[] names = {"", "", "a height of ", "a width of "};
    for (int i = 1; i < DIMENSIONS; i++) {
      if (!lengths.get(i).isAny()) {
        all.add(names[i] + lengths.get(i).text() + (i == 1 ? " channels" : ""));
      }
    }
    if (!pictures.isAny()) {
      all.add(pictures.text() + " pictures at a time");
    }
    return String.join(", ", all);
  }
}
