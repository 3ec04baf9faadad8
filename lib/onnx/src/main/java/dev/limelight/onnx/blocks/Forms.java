package dev.limelight.onnx.blocks;

import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.types.Shape;
import dev.limelight.onnx.adjoint.Attributes;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Arrays joined, cut and in another form. */
final class Forms {

  /** What gives the same numbers in the same order. */
  private static final List<String> VIEWS = List.of("reshape", "expandDims", "squeeze", "flatten");

  private Forms() {}

  static Map<String, CallRule> rules() {
    Map<String, CallRule> rules = new HashMap<>();
    VIEWS.forEach(
        name -> rules.put(name, CallRule.one((c, g) -> g.reshape(c.x(), c.result().getShape()))));
    rules.put("transpose", CallRule.one(Forms::transpose));
    rules.put("broadcast", CallRule.one(Forms::broadcast));
    rules.put("concat", CallRule.one(Forms::concat));
    rules.put("stack", CallRule.one(Forms::stack));
    rules.put("split", Forms::split);
    rules.put("get", CallRule.one(Forms::part));
    return rules;
  }

  /** Whether a method takes a part by an index, in a manager's arrays. */
  static boolean isPart(Method method) {
    Class<?>[] types = method.getParameterTypes();
    return types.length == 2 && types[1] == NDIndex.class;
  }

  private static String transpose(Call call, Trace graph) {
    int rank = call.shape().dimension();
    long[] order =
        call.has(0)
            ? LongStream.of(longs(call.of(0, int[].class))).map(i -> call.axis((int) i)).toArray()
            : LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    return graph.transpose(call.x(), order);
  }

  private static long[] longs(int[] numbers) {
    long[] all = new long[numbers.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = numbers[i];
    }
    return all;
  }

  /** A length that is kept is written as one, which fits any number of pictures. */
  private static String broadcast(Call call, Trace graph) {
    Shape from = call.shape();
    long[] to = call.result().getShape().clone();
    int more = to.length - from.dimension();
    for (int i = more; i < to.length; i++) {
      to[i] = from.get(i - more) == to[i] ? 1 : to[i];
    }
    return graph.op("Expand", call.x(), graph.ints(to));
  }

  /** The axis of a list, which has as many dimensions as what comes out. */
  private static long axis(Call call) {
    int axis = call.has(1) ? call.whole(1) : 0;
    return axis < 0 ? axis + call.result().dimension() : axis;
  }

  private static String concat(Call call, Trace graph) {
    List<String> all = new ArrayList<>(List.of(call.x()));
    all.addAll(call.tensors(0));
    Attributes axis = Attributes.with("axis", axis(call));
    return graph.op("Concat", axis, all.toArray(String[]::new));
  }

  private static String stack(Call call, Trace graph) {
    long axis = axis(call);
    List<String> all = new ArrayList<>(List.of(call.x()));
    all.addAll(call.tensors(0));
    String[] parts =
        all.stream()
            .map(part -> graph.op("Unsqueeze", part, graph.ints(axis)))
            .toArray(String[]::new);
    return graph.op("Concat", Attributes.with("axis", axis), parts);
  }

  private static List<String> split(Call call, Trace graph) {
    int axis = call.axis(call.has(1) ? call.whole(1) : 0);
    long[] lengths = call.results().stream().mapToLong(shape -> shape.get(axis)).toArray();
    return graph.ops(
        "Split", lengths.length, Attributes.with("axis", axis), call.x(), graph.ints(lengths));
  }

  private static String part(Call call, Trace graph) {
    NDIndexFullSlice slice =
        NDIndexFullSlice.fromIndex(call.of(1, NDIndex.class), call.shape())
            .orElseThrow(() -> call.refuse("its index is no range"));
    long[] first = slice.getMin();
    long[] last = slice.getMax();
    long[] step = slice.getStep();
    List<Long> axes = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      if (first[i] != 0 || step[i] != 1 || last[i] != call.shape().get(i)) {
        axes.add((long) i);
      }
    }
    String result = call.x();
    if (!axes.isEmpty()) {
      result =
          graph.op(
              "Slice",
              result,
              graph.ints(axes.stream().mapToLong(axis -> first[axis.intValue()]).toArray()),
              graph.ints(axes.stream().mapToLong(axis -> last[axis.intValue()]).toArray()),
              graph.ints(axes.stream().mapToLong(axis -> axis).toArray()),
              graph.ints(axes.stream().mapToLong(axis -> step[axis.intValue()]).toArray()));
    }
    int[] single = slice.getToSqueeze();
    return single.length == 0 ? result : graph.op("Squeeze", result, graph.ints(longs(single)));
  }
}
