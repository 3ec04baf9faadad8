package dev.limelight.onnx.adjoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeclaredShapesTest {

  /** A number, a name, or "?" for a dimension without either. */
  private static List<Dimension> dimensions(String... texts) {
    List<Dimension> dimensions = new ArrayList<>();
    for (String text : texts) {
      boolean number = text.matches("\\d+");
      String symbol = number || text.equals("?") ? "" : text;
      dimensions.add(new Dimension(number ? Long.parseLong(text) : -1, symbol));
    }
    return dimensions;
  }

  private static ValueInfoProto value(String name, String... texts) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Dimension dimension : dimensions(texts)) {
      if (dimension.isKnown()) {
        shape.addDimBuilder().setDimValue(dimension.size());
      } else {
        shape.addDimBuilder().setDimParam(dimension.symbol());
      }
    }
    return GradientCase.tensor(name, DataType.FLOAT, shape);
  }

  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder().addInput(value("x", "batch", "3"));
  }

  private static List<Dimension> completed(GraphProto.Builder graph, String... inferred) {
    Map<String, TensorType> types = new HashMap<>();
    types.put("y", new TensorType(DataType.FLOAT, dimensions(inferred)));
    types.put("x", new TensorType(DataType.FLOAT, dimensions("batch", "3")));
    new DeclaredShapes(graph.build()).complete(types);
    return types.get("y").dimensions();
  }

  @Test
  void openDimensionsAreTakenFromTheFile() {
    GraphProto.Builder graph = graph().addValueInfo(value("y", "64*batch", "49"));
    assertThat(completed(graph, "?", "?")).isEqualTo(dimensions("64*batch", "49"));
    assertThat(completed(graph, "?", "49")).isEqualTo(dimensions("64*batch", "49"));
  }

  /** Two dimensions of a name that is none of the inputs' need not be of the same length. */
  @Test
  void otherNamesMeanNothing() {
    GraphProto.Builder graph = graph().addValueInfo(value("y", "unk__7", "batch*unk__7"));
    assertThat(completed(graph, "?", "?")).isEqualTo(dimensions("?", "?"));
  }

  @Test
  void aDeclarationOfAnotherRankIsIgnored() {
    GraphProto.Builder graph = graph().addValueInfo(value("y", "batch", "3", "3"));
    assertThat(completed(graph, "?", "3")).isEqualTo(dimensions("?", "3"));
  }

  /** As when somebody has opened the batch of a file and left the rest as it was. */
  @Test
  void afterOneContradictionNoneIsBelieved() {
    GraphProto.Builder graph =
        graph().addValueInfo(value("y", "1", "49")).addValueInfo(value("x", "1", "3"));
    assertThat(completed(graph, "?", "?")).isEqualTo(dimensions("?", "?"));
  }
}
