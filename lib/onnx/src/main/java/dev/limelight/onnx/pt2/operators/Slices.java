package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.Arguments.Size;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ViewRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Parts of a tensor, and a tensor with a part replaced. */
@MetaInfServices(AtenRules.class)
public final class Slices implements AtenRules {

  private static final long END = Long.MAX_VALUE;

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("slice.Tensor", Slices::slice),
        entry("narrow.default", Slices::narrow),
        entry("select.int", Slices::select),
        entry("unbind.int", Slices::unbind),
        entry("chunk.default", Slices::parts),
        entry("split.Tensor", Slices::parts),
        entry("split.default", Slices::parts),
        entry("split_with_sizes.default", Slices::parts),
        entry("split_with_sizes_copy.default", Slices::parts),
        entry("tensor_split.sections", Slices::parts),
        entry("slice_scatter.default", Slices::sliceScatter),
        entry("select_scatter.default", Slices::selectScatter));
  }

  @Override
  public Map<String, ViewRule> views() {
    return Map.of(
        "slice.Tensor", Slices::sliceBack,
        "narrow.default", ViewRule.none(),
        "select.int", Slices::selectBack,
        "unbind.int", ViewRule.none(),
        "chunk.default", ViewRule.none(),
        "split.Tensor", ViewRule.none(),
        "split.default", ViewRule.none(),
        "split_with_sizes.default", ViewRule.none(),
        "tensor_split.sections", ViewRule.none());
  }

  private static int axis(Call n) {
    return n.axis("dim", 0, n.xMeta().rank());
  }

  private static Size bound(Call n, String name, long otherwise) {
    return n.has(name) ? n.size(name) : new Size(otherwise, "");
  }

  private static void slice(Call n, GraphWriter g) {
    Size start = bound(n, "start", 0);
    Size end = bound(n, "end", END);
    long step = n.integer("step", 1);
    long size = n.xMeta().rank() == 0 ? 0 : n.xMeta().size(axis(n));
    boolean whole =
        start.isKnown()
            && start.length() == 0
            && end.isKnown()
            && (end.length() == END || size >= 0 && end.length() >= size)
            && step == 1;
    n.result(
        whole
            ? n.x()
            : g.slice(n.x(), axis(n), n.shape(List.of(start)), n.shape(List.of(end)), step));
  }

  private static void narrow(Call n, GraphWriter g) {
    long start = n.integer("start");
    long end = Math.addExact(start, n.integer("length"));
    n.result(g.slice(n.x(), axis(n), g.ints(start), g.ints(end), 1));
  }

  private static void select(Call n, GraphWriter g) {
    n.result(g.op("Gather", Attributes.with("axis", axis(n)), n.x(), g.whole(n.integer("index"))));
  }

  private static void unbind(Call n, GraphWriter g) {
    for (int i = 0; i < n.results(); i++) {
      n.result(i, g.op("Gather", Attributes.with("axis", axis(n)), n.x(), g.whole(i)));
    }
  }

  /** Parts one after the other, of the lengths that the file gives. */
  private static void parts(Call n, GraphWriter g) {
    int axis = axis(n);
    long[] lengths = new long[n.results()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = n.resultMeta(i).size(axis);
      if (lengths[i] < 0) {
        throw n.refuse("the length of its parts depends on the size of the picture");
      }
    }
    if (lengths.length == 1) {
      n.result(n.x());
      return;
    }
    List<String> parts =
        g.ops("Split", lengths.length, Attributes.with("axis", axis), n.x(), g.ints(lengths));
    for (int i = 0; i < lengths.length; i++) {
      n.result(i, parts.get(i));
    }
  }

  private static void sliceScatter(Call n, GraphWriter g) {
    n.result(sliceBack(n, g, n.operand("src", n.type())));
  }

  private static void selectScatter(Call n, GraphWriter g) {
    n.result(selectBack(n, g, n.operand("src", n.type())));
  }

  /** What is before the part, the part, and what is after it. */
  private static String sliceBack(Call n, GraphWriter g, String part) {
    int axis = axis(n);
    long size = n.xMeta().size(axis);
    Size first = bound(n, "start", 0);
    Size last = bound(n, "end", END);
    if (first.isKnown()
        && first.length() == 0
        && last.isKnown()
        && last.length() == END
        && n.integer("step", 1) == 1) {
      return part;
    }
    if (size < 0 || !first.isKnown() || !last.isKnown() || n.integer("step", 1) != 1) {
      throw n.refuse("it replaces a part whose place depends on the size of the picture");
    }
    long start = bounded(first.length(), size);
    long end = Math.max(start, bounded(last.length(), size));
    return spliced(n.x(), g, axis, start, end, size, part);
  }

  private static long bounded(long index, long size) {
    return Math.min(Math.max(index < 0 ? index + size : index, 0), size);
  }

  private static String spliced(
      String x, GraphWriter g, int axis, long start, long end, long size, String part) {
    List<String> pieces = new ArrayList<>();
    if (start > 0) {
      pieces.add(g.slice(x, axis, g.ints(0), g.ints(start), 1));
    }
    if (end > start) {
      pieces.add(part);
    }
    if (end < size) {
      pieces.add(g.slice(x, axis, g.ints(end), g.ints(size), 1));
    }
    return g.concat(axis, pieces);
  }

  private static String selectBack(Call n, GraphWriter g, String part) {
    int axis = axis(n);
    long size = n.xMeta().size(axis);
    long index = n.integer("index");
    if (size < 0) {
      throw n.refuse("it replaces a part of a dimension whose length is open");
    }
    long at = index < 0 ? index + size : index;
    String row = g.op("Unsqueeze", part, g.ints(axis));
    return spliced(n.x(), g, axis, at, at + 1, size, row);
  }
}
