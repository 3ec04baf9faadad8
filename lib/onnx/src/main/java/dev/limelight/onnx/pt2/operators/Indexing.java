package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import dev.limelight.onnx.pt2.TensorMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/** Elements at places that are tensors themselves. */
@MetaInfServices(AtenRules.class)
public final class Indexing implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("index_select.default", Indexing::indexSelect),
        entry("gather.default", Indexing::gather),
        entry("embedding.default", Indexing::embedding),
        entry("index.Tensor", Indexing::index),
        entry("tril.default", (n, g) -> triangle(n, g, 0)),
        entry("triu.default", (n, g) -> triangle(n, g, 1)));
  }

  private static String places(Call n, GraphWriter g, String name) {
    return g.cast(n.tensor(name), n.meta(name).type(), ScalarType.INT64);
  }

  private static void indexSelect(Call n, GraphWriter g) {
    int axis = n.axis("dim", 0, n.xMeta().rank());
    n.result(g.op("Gather", Attributes.with("axis", axis), n.x(), places(n, g, "index")));
  }

  private static void gather(Call n, GraphWriter g) {
    int axis = n.axis("dim", 0, n.xMeta().rank());
    n.result(g.op("GatherElements", Attributes.with("axis", axis), n.x(), places(n, g, "index")));
  }

  private static void embedding(Call n, GraphWriter g) {
    n.result(
        g.op("Gather", Attributes.with("axis", 0), n.tensor("weight"), places(n, g, "indices")));
  }

  /** x[:, i, j]: the indexed dimensions come first for GatherND, and their result goes back. */
  private static void index(Call n, GraphWriter g) {
    List<@Nullable TensorMeta> metas = n.metas("indices");
    List<String> tensors = n.tensors("indices");
    List<Integer> indexed = new ArrayList<>();
    for (int i = 0; i < metas.size(); i++) {
      TensorMeta meta = metas.get(i);
      if (meta != null) {
        if (!meta.type().isWhole()) {
          throw n.refuse("it takes the elements where a condition holds");
        }
        indexed.add(i);
      }
    }
    if (indexed.isEmpty()) {
      n.result(n.x());
      return;
    }
    int first = indexed.get(0);
    if (indexed.size() == 1) {
      String places = g.cast(tensors.get(first), type(metas, first), ScalarType.INT64);
      n.result(g.op("Gather", Attributes.with("axis", first), n.x(), places));
      return;
    }
    int rank = n.xMeta().rank();
    boolean together = indexed.get(indexed.size() - 1) - first == indexed.size() - 1;
    List<Long> order = new ArrayList<>();
    indexed.forEach(axis -> order.add((long) axis));
    LongStream.range(0, rank).filter(axis -> !order.contains(axis)).forEach(order::add);
    String x = g.transpose(n.x(), order.stream().mapToLong(Long::longValue).toArray());
    List<String> places = new ArrayList<>();
    int places0 = 0;
    String zero = "";
    for (int axis : indexed) {
      String place = g.cast(tensors.get(axis), type(metas, axis), ScalarType.INT64);
      zero = zero.isEmpty() ? zeros(g, place) : g.op("Add", zero, zeros(g, place));
      places0 = Math.max(places0, rank(metas, axis));
      places.add(place);
    }
    // Added to zeros of the common shape, all places get it.
    String common = zero;
    List<String> columns =
        places.stream()
            .map(place -> g.op("Unsqueeze", g.op("Add", place, common), g.ints(-1)))
            .toList();
    String y = g.op("GatherND", x, g.concat(-1, columns));
    if (together && first > 0) {
      y = g.transpose(y, back(first, places0, rank - indexed.size()));
    }
    n.result(y);
  }

  /** From (places, others) to (others before the first index, places, others after). */
  private static long[] back(int first, int places, int others) {
    long[] order = new long[places + others];
    for (int i = 0; i < order.length; i++) {
      if (i < first) {
        order[i] = places + i;
      } else {
        order[i] = i < first + places ? i - first : i;
      }
    }
    return order;
  }

  private static String zeros(GraphWriter g, String like) {
    return g.op("Sub", like, like);
  }

  private static ScalarType type(List<@Nullable TensorMeta> metas, int index) {
    TensorMeta meta = metas.get(index);
    return meta == null ? ScalarType.INT64 : meta.type();
  }

  private static int rank(List<@Nullable TensorMeta> metas, int index) {
    TensorMeta meta = metas.get(index);
    return meta == null ? 0 : meta.rank();
  }

  private static void triangle(Call n, GraphWriter g, long upper) {
    n.result(
        g.op("Trilu", Attributes.with("upper", upper), n.x(), g.whole(n.integer("diagonal", 0))));
  }
}
