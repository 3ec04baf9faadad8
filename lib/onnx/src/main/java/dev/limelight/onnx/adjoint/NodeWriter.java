package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Writes the nodes of a graph, whose tensors are named by texts. */
@API(status = Status.INTERNAL)
public interface NodeWriter {

  /** Adds a node of several outputs; their names. An input that is left out is "". */
  List<String> ops(String operator, int outputs, Attributes attributes, String... inputs);

  /** A constant tensor; the same one for the same values. */
  String constant(TensorProto value);

  /** Adds a node without attributes; the name of its output. */
  default String op(String operator, String... inputs) {
    return op(operator, Attributes.none(), inputs);
  }

  /** Adds a node; the name of its output. */
  default String op(String operator, Attributes attributes, String... inputs) {
    return ops(operator, 1, attributes, inputs).get(0);
  }

  /** A constant vector of whole numbers. */
  default String ints(long... values) {
    return constant(TensorValues.whole(new long[] {values.length}, values));
  }

  /** A constant whole number without dimensions. */
  default String whole(long value) {
    return constant(TensorValues.whole(new long[0], value));
  }

  /** A tensor with other dimensions; 0 keeps a dimension and -1 is what is left. */
  default String reshape(String tensor, long... dimensions) {
    return op("Reshape", tensor, ints(dimensions));
  }

  /** A tensor with its dimensions in another order. */
  default String transpose(String tensor, long... order) {
    return op("Transpose", Attributes.with("perm", order), tensor);
  }

  /** A node whose outputs have its name: alone as it is, or each with its number. */
  static NodeProto.Builder node(
      String operator, String name, int outputs, Attributes attributes, String... inputs) {
    int last = inputs.length;
    while (last > 0 && inputs[last - 1].isEmpty()) {
      last--;
    }
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(name)
        .addAllInput(List.of(inputs).subList(0, last))
        .addAllOutput(
            outputs == 1
                ? List.of(name)
                : IntStream.range(0, outputs).mapToObj(i -> name + ":" + i).toList())
        .addAllAttribute(attributes.all());
  }
}
