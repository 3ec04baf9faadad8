package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.pt2.Arguments.Size;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.TensorMeta;
import dev.limelight.onnx.pt2.ViewRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** The same elements in another shape or order. */
@MetaInfServices(AtenRules.class)
public final class Views implements AtenRules {

  private static final Set<String> RESHAPING =
      Set.of(
          "view.default",
          "_unsafe_view.default",
          "reshape.default",
          "view_as.default",
          "reshape_as.default",
          "flatten.using_ints",
          "unflatten.int",
          "squeeze.default",
          "squeeze.dim",
          "squeeze.dims",
          "unsqueeze.default");

  private static final Set<String> TURNING =
      Set.of(
          "permute.default",
          "transpose.int",
          "swapaxes.default",
          "t.default",
          "numpy_T.default",
          "movedim.int",
          "movedim.intlist");

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("view.default", Views::view),
        entry("_unsafe_view.default", Views::view),
        entry("reshape.default", Views::view),
        entry("view_as.default", Views::reshapeAs),
        entry("reshape_as.default", Views::reshapeAs),
        entry("flatten.using_ints", Views::flatten),
        entry("unflatten.int", Views::unflatten),
        entry("squeeze.default", Views::resized),
        entry("squeeze.dim", Views::resized),
        entry("squeeze.dims", Views::resized),
        entry("unsqueeze.default", Views::unsqueeze),
        entry("permute.default", Views::turned),
        entry("transpose.int", Views::turned),
        entry("swapaxes.default", Views::turned),
        entry("t.default", Views::turned),
        entry("numpy_T.default", Views::turned),
        entry("movedim.int", Views::turned),
        entry("movedim.intlist", Views::turned),
        entry("as_strided.default", Views::asStrided),
        entry("expand.default", Views::expand),
        entry("expand_as.default", Views::expandAs),
        entry("repeat.default", Views::repeat));
  }

  @Override
  public Map<String, ViewRule> views() {
    Map<String, ViewRule> views = new HashMap<>();
    RESHAPING.forEach(operator -> views.put(operator, Views::reshapedBack));
    TURNING.forEach(operator -> views.put(operator, Views::turnedBack));
    Set.of("expand.default", "expand_as.default", "as_strided.default")
        .forEach(operator -> views.put(operator, ViewRule.none()));
    return views;
  }

  @Override
  public Set<String> copiesUnlessRowMajor() {
    return Set.of("reshape.default", "reshape_as.default", "flatten.using_ints");
  }

  private static String reshapedBack(Call n, GraphWriter g, String part) {
    return g.op("Reshape", part, n.shape(n.x(), n.xMeta()));
  }

  private static String turnedBack(Call n, GraphWriter g, String part) {
    long[] order = order(n);
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    return g.transpose(part, inverse);
  }

  private static void view(Call n, GraphWriter g) {
    n.result(g.op("Reshape", n.x(), target(n, g, n.sizes(n.has("size") ? "size" : "shape"))));
  }

  /** Of the lengths one may be what is left, so that a constant does where one is open. */
  private static String target(Call n, GraphWriter g, List<Size> sizes) {
    long open = sizes.stream().filter(size -> !size.isKnown()).count();
    boolean left = sizes.stream().anyMatch(size -> size.isKnown() && size.length() < 1);
    return open == 1 && !left
        ? g.ints(sizes.stream().mapToLong(Size::length).toArray())
        : n.shape(sizes);
  }

  private static void reshapeAs(Call n, GraphWriter g) {
    n.result(g.op("Reshape", n.x(), n.shape(n.tensor("other"), n.meta("other"))));
  }

  /** To the shape that the file gives, of which one length may be open. */
  private static void resized(Call n, GraphWriter g) {
    TensorMeta after = n.resultMeta(0);
    long open = after.sizes().stream().filter(size -> !size.isKnown()).count();
    if (open <= 1 && after.sizes().stream().noneMatch(size -> size.size() == 0)) {
      n.result(g.reshape(n.x(), after.sizes().stream().mapToLong(size -> size.size()).toArray()));
      return;
    }
    int rank = n.xMeta().rank();
    long[] ones =
        LongStream.of(n.axes("dim", rank))
            .filter(axis -> n.xMeta().size((int) axis) == 1)
            .toArray();
    n.result(ones.length == 0 ? n.x() : g.op("Squeeze", n.x(), g.ints(ones)));
  }

  private static void unsqueeze(Call n, GraphWriter g) {
    n.result(g.op("Unsqueeze", n.x(), g.ints(n.axis("dim", 0, n.xMeta().rank() + 1))));
  }

  private static void flatten(Call n, GraphWriter g) {
    int rank = n.xMeta().rank();
    int start = n.axis("start_dim", 0, rank);
    int end = n.axis("end_dim", -1, rank);
    List<Size> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long size = n.xMeta().size(i);
      if (i == start) {
        sizes.add(new Size(-1, ""));
      } else if (i < start || i > end) {
        // A length of 0 keeps that of the input in this place.
        boolean computed = size < 0 && i > end;
        sizes.add(
            computed ? new Size(-1, g.shape(n.x(), i, i + 1L)) : new Size(Math.max(0, size), ""));
      }
    }
    n.result(g.op("Reshape", n.x(), sizes.isEmpty() ? g.ints(-1) : n.shape(sizes)));
  }

  private static void unflatten(Call n, GraphWriter g) {
    int axis = n.axis("dim", 0, n.xMeta().rank());
    List<String> lengths = new ArrayList<>();
    for (int i = 0; i < n.xMeta().rank(); i++) {
      lengths.add(i == axis ? n.shape("sizes") : g.shape(n.x(), i, i + 1L));
    }
    n.result(g.op("Reshape", n.x(), g.concat(0, lengths)));
  }

  private static void turned(Call n, GraphWriter g) {
    long[] order = order(n);
    n.result(order.length < 2 ? n.x() : g.transpose(n.x(), order));
  }

  /** Which dimension of the input each of the result is. */
  private static long[] order(Call n) {
    int rank = n.xMeta().rank();
    if (n.has("dims")) {
      return LongStream.of(n.integers("dims")).map(axis -> n.axis(axis, rank)).toArray();
    }
    if (n.has("source")) {
      return moved(n, rank);
    }
    long[] order = LongStream.range(0, rank).toArray();
    if (n.has("dim0") || n.has("axis0")) {
      int a = n.axis(n.has("dim0") ? "dim0" : "axis0", 0, rank);
      int b = n.axis(n.has("dim1") ? "dim1" : "axis1", 0, rank);
      if (rank > 0) {
        order[a] = b;
        order[b] = a;
      }
      return order;
    }
    return LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
  }

  private static long[] moved(Call n, int rank) {
    long[] from = n.integers("source");
    long[] to = n.integers("destination");
    long[] order = new long[rank];
    Arrays.fill(order, -1);
    boolean[] taken = new boolean[rank];
    for (int i = 0; i < from.length; i++) {
      order[n.axis(to[i], rank)] = n.axis(from[i], rank);
      taken[n.axis(from[i], rank)] = true;
    }
    int next = 0;
    for (int i = 0; i < rank; i++) {
      if (order[i] < 0) {
        while (taken[next]) {
          next++;
        }
        order[i] = next++;
      }
    }
    return order;
  }

  /** Only where it is a reshaping: strides are no business of ONNX. */
  private static void asStrided(Call n, GraphWriter g) {
    TensorMeta before = n.xMeta();
    TensorMeta after = n.resultMeta(0);
    boolean same = before.sizes().equals(after.sizes());
    if (n.integer("storage_offset", 0) != 0
        || !before.isRowMajor()
        || !after.isRowMajor()
        || !same && (before.count() < 0 || before.count() != after.count())) {
      throw n.refuse("it takes elements by their place in memory");
    }
    n.result(same ? n.x() : g.op("Reshape", n.x(), n.shape("size")));
  }

  /** A length of -1 is that of the input. */
  private static void expand(Call n, GraphWriter g) {
    List<Size> sizes = new ArrayList<>();
    TensorMeta before = n.xMeta();
    TensorMeta after = n.resultMeta(0);
    List<Size> wanted = n.sizes("size");
    int added = wanted.size() - before.rank();
    for (int i = 0; i < wanted.size(); i++) {
      boolean kept =
          i >= added
              && (before.sizes().get(i - added).isSame(after.sizes().get(i))
                  || wanted.get(i).isKnown() && wanted.get(i).length() == -1);
      sizes.add(kept ? new Size(1, "") : wanted.get(i));
    }
    boolean nothing =
        added == 0 && sizes.stream().allMatch(size -> size.isKnown() && size.length() == 1);
    n.result(nothing ? n.x() : g.op("Expand", n.x(), n.shape(sizes)));
  }

  private static void expandAs(Call n, GraphWriter g) {
    n.result(g.op("Expand", n.x(), n.shape(n.tensor("other"), n.meta("other"))));
  }

  private static void repeat(Call n, GraphWriter g) {
    int added = n.sizes("repeats").size() - n.xMeta().rank();
    String x = n.x();
    if (added > 0) {
      x = g.op("Unsqueeze", x, g.ints(LongStream.range(0, added).toArray()));
    }
    n.result(g.op("Tile", x, n.shape("repeats")));
  }
}
