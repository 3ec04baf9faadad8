package dev.limelight.onnx.mxnet;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.gson.JsonParseException;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.io.Names;
import dev.limelight.model.mxnet.MxGraph;
import dev.limelight.model.mxnet.MxGraph.Entry;
import dev.limelight.model.mxnet.MxParameters;
import dev.limelight.model.mxnet.MxParameters.Stored;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** An MXNet symbol with its parameters as a model of ONNX. */
@API(status = Status.INTERNAL)
public final class SymbolGraph {

  private static final long OPERATORS = 20;
  private static final long FORMAT = 9;

  private static final Map<String, SymbolRule> RULES = new HashMap<>();

  static {
    Stream.of(Windows.rules(), Elementwise.rules(), Forms.rules(), Layers.rules())
        .forEach(RULES::putAll);
  }

  private final MxGraph graph;
  private final Map<String, Stored> parameters;
  private final SymbolWriter writer = new SymbolWriter();
  private final Map<Entry, String> tensors = new HashMap<>();
  private final Set<Integer> ofPicture = new HashSet<>();
  private @Nullable String picture;

  private SymbolGraph(MxGraph graph, Map<String, Stored> parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /**
   * The symbol as an ONNX model, whose picture has any size.
   *
   * @param symbol its JSON
   * @param parameters the file of its parameters
   * @throws IOException if one cannot be read, or an operator not be translated; one sentence
   */
  public static ModelProto toOnnx(Path symbol, Path parameters) throws IOException {
    try {
      MxGraph whole = MxGraph.parse(Files.readString(symbol));
      whole.check();
      // What no output needs is left out.
      MxGraph needed = whole.extract(whole.outputs(), Map.of());
      return new SymbolGraph(needed, MxParameters.read(parameters)).model();
    } catch (UnsupportedException e) {
      throw refused(symbol, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw refused(symbol, parameters.getFileName() + " cannot be read: " + e.getMessage(), e);
    } catch (JsonParseException
        | ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException
        | NullPointerException
        | UnsupportedOperationException e) {
      throw refused(symbol, "its nodes or heads are not as MXNet writes them", e);
    }
  }

  private static IOException refused(Path symbol, String reason, Exception cause) {
    return new IOException(
        symbol + " cannot be brought into an ONNX graph: " + reason + "; run it on MXNet", cause);
  }

  private ModelProto model() {
    if (graph.outputs().size() != 1) {
      throw new UnsupportedException("it has " + graph.outputs().size() + " outputs");
    }
    Entry output = graph.outputs().get(0);
    for (int i = 0; i < graph.size(); i++) {
      if (!graph.isVariable(i)) {
        write(i);
      }
    }
    if (picture == null) {
      throw new UnsupportedException("it has no input besides its parameters");
    }
    GraphProto.Builder result = writer.graph();
    result.addInput(input(picture));
    result.addOutput(ValueInfoProto.newBuilder().setName(tensor(output)));
    return ModelProto.newBuilder()
        .setIrVersion(FORMAT)
        .setProducerName("mxnet")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
        .setGraph(result)
        .build();
  }

  private void write(int index) {
    SymbolRule rule = RULES.get(graph.operator(index));
    if (rule == null) {
      throw new UnsupportedException(
          "its operator " + Names.printable(graph.operator(index)) + " has no translation");
    }
    writer.begin(graph.name(index));
    SymbolNode node =
        new SymbolNode(
            graph,
            index,
            new SymbolNode.Tensors() {
              @Override
              public String of(Entry entry) {
                return read(index, entry);
              }

              @Override
              public TensorProto parameter(Entry entry) {
                return SymbolGraph.this.parameter(graph.name(entry.node()));
              }
            });
    rule.write(node, writer);
    for (int i = 0; i < node.results().size(); i++) {
      String tensor = node.results().get(i);
      boolean layer = i == 0 && ofPicture.contains(index);
      tensors.put(new Entry(index, i), layer ? writer.layer(tensor, graph.name(index)) : tensor);
    }
  }

  private String read(int reader, Entry entry) {
    String tensor = tensor(entry);
    if (ofPicture.contains(entry.node())) {
      ofPicture.add(reader);
    }
    return tensor;
  }

  private String tensor(Entry entry) {
    String known = tensors.get(entry);
    if (known != null) {
      return known;
    }
    int node = entry.node();
    if (!graph.isVariable(node)) {
      throw new UnsupportedException(
          "it reads output "
              + entry.output()
              + " of its node "
              + Names.quoted(graph.name(node))
              + ", which has no translation");
    }
    String name = graph.name(node);
    String made;
    if (parameters.containsKey(name)) {
      made = writer.weight(name, parameter(name));
    } else if (picture == null) {
      picture = name;
      ofPicture.add(node);
      made = writer.reserve(name);
    } else {
      throw new UnsupportedException(
          "it has the inputs " + Names.quoted(picture) + " and " + Names.quoted(name));
    }
    tensors.put(entry, made);
    return made;
  }

  private TensorProto parameter(String name) {
    Stored stored = parameters.get(name);
    if (stored == null) {
      throw new UnsupportedException("its parameters lack " + Names.quoted(name));
    }
    if (stored.type() != 0) {
      throw new UnsupportedException(
          "its parameter " + Names.quoted(name) + " is of another type than float32");
    }
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(DataType.FLOAT.getNumber());
    LongStream.of(stored.shape()).forEach(proto::addDims);
    return proto.setRawData(UnsafeByteOperations.unsafeWrap(stored.data())).build();
  }

  /** (N, C, H, W), of which the channels are known if a convolution reads them. */
  private ValueInfoProto input(String name) {
    String kernel = graph.firstKernel();
    if (kernel == null || parameter(kernel).getDimsCount() != 4) {
      throw new UnsupportedException("no convolution says how many channels its picture has");
    }
    Dimension channels = Dimension.of(parameter(kernel).getDims(1));
    return new TensorType(
            DataType.FLOAT,
            List.of(
                Dimension.open("batch"),
                channels,
                Dimension.open("height"),
                Dimension.open("width")))
        .declared(name);
  }
}
