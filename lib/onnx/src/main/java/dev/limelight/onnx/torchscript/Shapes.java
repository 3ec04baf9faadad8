package dev.limelight.onnx.torchscript;

import dev.limelight.support.UnsupportedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The shapes of what operators give, which TorchScript code does not say. */
final class Shapes {

  /** More than any tensor of a network has. */
  private static final double LARGEST = 1L << 28;

  private static final Map<String, ShapeRule> RULES = rules();

  private Shapes() {}

  private static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    rules.putAll(ElementShapes.rules());
    rules.putAll(WindowShapes.rules());
    rules.putAll(ViewShapes.rules());
    rules.putAll(PartShapes.rules());
    rules.putAll(ReductionShapes.rules());
    rules.putAll(ProductShapes.rules());
    return rules;
  }

  /**
   * The shape of each result for one of the pictures.
   *
   * @throws UnsupportedException if the arguments do not fit, or nothing is known of the operator
   */
  static List<long[]> of(BoundCall call, int k) {
    String name = call.schema().name();
    ShapeRule rule = RULES.get(name + "." + call.schema().overload());
    rule = rule == null ? RULES.get(name) : rule;
    if (rule == null) {
      throw new UnsupportedException("it has the operator " + name + ", whose shape is not known");
    }
    List<long[]> shapes = rule.of(call, k);
    for (long[] shape : shapes) {
      if (LongStream.of(shape).asDoubleStream().reduce(1, (a, b) -> a * b) > LARGEST) {
        throw call.refuse("it gives more numbers than any network has");
      }
    }
    return shapes;
  }
}
