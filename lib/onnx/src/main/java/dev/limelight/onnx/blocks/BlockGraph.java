package dev.limelight.onnx.blocks;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.array.NativeArrays;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import dev.limelight.model.block.BlockBackend;
import dev.limelight.model.block.BlockSteps;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A network of DJL's blocks as a model of ONNX. Its blocks run on their engine with arrays that
 * note what is called, once for two pictures and once for three; other sizes of pictures are not
 * tried, as a block may decide by them.
 */
@API(status = Status.INTERNAL)
public final class BlockGraph {

  private static final long OPERATORS = 20;
  private static final long FORMAT = 9;
  private static final long FEW = 2;
  private static final long MORE = 3;

  private final Model model;
  private final Shape picture;
  private final BlockSteps steps;

  private BlockGraph(Model model, Shape picture) {
    this.model = model;
    this.picture = picture;
    steps = BlockSteps.of(model.getBlock());
  }

  /**
   * The network as an ONNX model for any number of pictures of one size, with copies of its
   * weights.
   *
   * @param model of blocks, initialised, on an engine that computes with arrays
   * @param picture the shape of one picture, (C, H, W)
   * @throws UnsupportedException if something that a block calls has no translation; the message
   *     names both
   */
  public static ModelProto toOnnx(Model model, Shape picture) {
    BlockGraph graph = new BlockGraph(model, picture);
    return EngineName.of(model.getNDManager())
        .flatMap(BlockBackend::of)
        .orElseThrow(() -> new UnsupportedException("its engine runs no blocks"))
        .autograd()
        .inference(graph::written);
  }

  private ModelProto written() {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      Trace few = new Trace();
      String output = follow(few, scope, FEW);
      Trace more = new Trace();
      if (!output.equals(follow(more, scope, MORE))) {
        throw new UnsupportedException("its forward depends on the number of pictures");
      }
      GraphProto.Builder graph = UnitedGraph.of(few, more);
      graph.addInput(input());
      graph.addOutput(ValueInfoProto.newBuilder().setName(output));
      return ModelProto.newBuilder()
          .setIrVersion(FORMAT)
          .setProducerName("djl")
          .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
          .setGraph(graph)
          .build();
    }
  }

  /** Runs the blocks for some pictures; the tensor of the output. */
  private String follow(Trace trace, NDManager scope, long pictures) {
    Shape shape = new Shape(pictures).addAll(picture);
    float[] noise = new float[Math.toIntExact(shape.size())];
    Random random = new Random(pictures);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    trace.note(Trace.PICTURE, shape);
    TracedParameters parameters = new TracedParameters(trace, scope, steps);
    NDArray values = NativeArrays.of(scope, noise, shape);
    NDList current = new NDList(TracedArray.computed(trace, values, Trace.PICTURE).array());
    int last = steps.steps().size() - 1;
    for (int i = 0; i <= last; i++) {
      BlockSteps.Step step = steps.steps().get(i);
      Block block = step.block();
      trace.begin(step.names().get(0).name(), block.getClass().getSimpleName());
      current = forward(trace, block, parameters, current);
      if (current.size() == 1 && i < last) {
        List<String> names = step.names().stream().map(path -> path.name()).toList();
        TracedArray given = trace.traced(current.head());
        String layer = trace.layer(tensor(trace, given), names);
        current = new NDList(TracedArray.computed(trace, given.value(), layer).array());
      }
    }
    if (current.size() != 1) {
      throw new UnsupportedException("it has " + current.size() + " outputs");
    }
    String output = tensor(trace, trace.traced(current.head()));
    return trace.isLayer(output) ? trace.op("Identity", output) : output;
  }

  private static String tensor(Trace trace, TracedArray given) {
    if (given.tensor() == null) {
      throw new UnsupportedException(trace.where() + " gives what does not depend on the picture");
    }
    return trace.tensor(given);
  }

  private static NDList forward(
      Trace trace, Block block, TracedParameters parameters, NDList inputs) {
    try {
      return block.forward(parameters, inputs, false);
    } catch (UnsupportedException e) {
      throw e;
    } catch (ClassCastException e) {
      throw new UnsupportedException(
          trace.where() + " works on the arrays of one engine, which cannot be followed", e);
    } catch (EngineException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException e) {
      throw new UnsupportedException(
          trace.where() + " cannot be followed: " + Names.printable(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** (N, C, H, W), of which the number of pictures is open. */
  private ValueInfoProto input() {
    List<Dimension> dimensions = new ArrayList<>(List.of(Dimension.open("batch")));
    LongStream.of(picture.getShape()).mapToObj(Dimension::of).forEach(dimensions::add);
    return new TensorType(DataType.FLOAT, dimensions).declared(Trace.PICTURE);
  }
}
