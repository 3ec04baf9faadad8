package dev.limelight.onnx.pt2;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a .pt2 says of a tensor.
 *
 * @param type of its elements
 * @param sizes its dimensions; open ones are named by their expression
 * @param strides the distance of neighbours in each dimension, in elements; -1 if it is open
 * @param offset the position of the first element in its storage
 */
public record TensorMeta(ScalarType type, List<Dimension> sizes, List<Long> strides, long offset) {

  /** More than any tensor of a network has; whatever computes it must fit into memory. */
  private static final long LARGEST = 1L << 28;

  private static final long STRIDED = 7;

  private static final int MOST_DIMENSIONS = 64;

  /** Copies the lists. */
  public TensorMeta {
    sizes = List.copyOf(sizes);
    strides = List.copyOf(strides);
  }

  static TensorMeta of(JsonObject json) {
    if (Json.whole(json, "layout", STRIDED) != STRIDED) {
      throw new UnsupportedException("it has a sparse tensor; export the model with dense ones");
    }
    List<Dimension> sizes = new ArrayList<>();
    double numbers = 1;
    for (JsonElement size : array(json, "sizes")) {
      Dimension dimension = dimension(Json.object(size));
      numbers *= Math.max(1, dimension.size());
      sizes.add(dimension);
    }
    if (numbers > LARGEST) {
      throw new UnsupportedException(
          "it has a tensor of the shape "
              + sizes.stream().map(Dimension::size).toList()
              + ", and at most "
              + LARGEST
              + " numbers are computed");
    }
    List<Long> strides = new ArrayList<>();
    for (JsonElement stride : array(json, "strides")) {
      strides.add(dimension(Json.object(stride)).size());
    }
    JsonObject offset = Json.object(json, "storage_offset");
    return new TensorMeta(
        ScalarType.of(Json.whole(json, "dtype")),
        sizes,
        strides,
        offset.has("as_int") ? Json.whole(offset, "as_int") : -1);
  }

  private static JsonArray array(JsonObject json, String key) {
    JsonArray array = Json.array(json, key);
    if (array.size() > MOST_DIMENSIONS) {
      throw Json.malformed("a tensor has " + array.size() + " dimensions");
    }
    return array;
  }

  private static Dimension dimension(JsonObject json) {
    if (json.has("as_int")) {
      long size = Json.whole(json, "as_int");
      if (size < 0) {
        throw Json.malformed("a tensor has the length " + size);
      }
      return Dimension.of(size);
    }
    String expression = Json.text(Json.object(json, "as_expr"), "expr_str");
    return Dimension.open(expression.replaceAll("Symbol\\('(\\w+)'[^()]*\\)", "$1"));
  }

  /** The number of dimensions. */
  public int rank() {
    return sizes.size();
  }

  /** The length of a dimension, or -1 if it is open. */
  public long size(int dimension) {
    return sizes.get(dimension).size();
  }

  /** Whether all lengths are fixed. */
  public boolean isStatic() {
    return sizes.stream().allMatch(Dimension::isKnown);
  }

  /** The number of elements, or -1 if a dimension is open. */
  public long count() {
    return isStatic() ? sizes.stream().mapToLong(Dimension::size).reduce(1, (a, b) -> a * b) : -1;
  }

  /** Whether it is certain that the elements lie in row-major order without gaps. */
  public boolean isRowMajor() {
    long expected = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      if (size(i) != 1 && (expected < 0 || strides.get(i) != expected)) {
        return false;
      }
      expected = size(i) < 0 ? -1 : expected * size(i);
    }
    return true;
  }
}
