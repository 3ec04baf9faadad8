package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Autograd;
import dev.limelight.model.EngineLock;
import dev.limelight.model.SplitModel;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import dev.limelight.onnx.adjoint.Adjoint;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.attention.AttentionBlock;
import dev.limelight.onnx.attention.AttentionBlocks;
import dev.limelight.onnx.attention.AttentionFormulas;
import dev.limelight.onnx.attention.HeadCopies;
import dev.limelight.onnx.attention.KeySources;
import dev.limelight.onnx.attention.TokenCheck;
import dev.limelight.onnx.file.WorkingMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The blocks of attention of a graph, from one run of it. */
final class OnnxAttention implements AttentionMaps {

  private final OnnxGraph graph;
  private final AttentionForm form;
  private final Autograd recorder;
  private final NDManager arrays;
  private final WorkingMemory memory;
  private final List<AttentionBlock> blocks;
  private final List<KeySources.Projection> projections;
  private final @Nullable HeadCopies copies;
  private final OnnxHead plain;
  private final OnnxHead whole;
  private final OnnxAutograd autograd;
  private final @Nullable OnnxStage forward;
  private final Map<Shape, Tokens> tokens = new HashMap<>();

  /**
   * Of a whole network.
   *
   * @param arrays where noise is made to run it on
   * @throws dev.limelight.support.UnsupportedException if it has no attention that can be read, or
   *     an operator has no gradient
   */
  OnnxAttention(
      OnnxGraph graph,
      AttentionForm form,
      Autograd recorder,
      NDManager arrays,
      Device device,
      WorkingMemory memory) {
    this.graph = graph;
    this.form = form;
    this.recorder = recorder;
    this.arrays = arrays;
    this.memory = memory;
    ModelProto part = graph.whole();
    String picture = graph.picture();
    String logits = graph.logits();
    AttentionBlocks found =
        new AttentionBlocks(part.getGraph().getNodeList(), graph.types(), picture);
    blocks = found.required();
    projections = blocks.stream().map(found::projection).toList();
    copies =
        form == AttentionForm.LAYERED
            ? HeadCopies.of(part, graph.types(), blocks, picture, logits)
            : null;
    plain = head(part, graph.types(), device);
    List<String> xs = new ArrayList<>(List.of(logits));
    if (form == AttentionForm.WEIGHTED) {
      blocks.forEach(block -> xs.add(block.probabilities()));
    }
    OnnxHead copied = copies == null ? plain : head(copies.model(), copies.types(), device);
    whole = copied.at(xs, this::outputs);
    autograd = new OnnxAutograd(whole, recorder);
    // What has no gradient is refused now.
    whole.gradient();
    forward = form.hasGradient() ? null : forward(part, device);
  }

  private OnnxHead head(ModelProto part, Map<String, TensorType> types, Device device) {
    List<String> inputs = List.of(graph.picture());
    return new OnnxHead(part, types, inputs, graph.logits(), graph.batch(), device, Kind.EXACT);
  }

  private List<String> outputs(GraphBuilder g, Map<String, String> gradients) {
    AttentionFormulas formulas = new AttentionFormulas(g, graph.picture());
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      AttentionBlock block = blocks.get(i);
      String a = block.probabilities();
      String gradient =
          copies == null
              ? gradients.getOrDefault(a, "")
              : gradient(g, gradients, copies.logits().get(i), a);
      outputs.add(formulas.of(form, block, gradient));
    }
    return outputs;
  }

  /** The gradient that other logits have at a tensor, for the same seed as the network's own. */
  private String gradient(
      GraphBuilder g, Map<String, String> gradients, String logits, String tensor) {
    String seed = gradients.getOrDefault(graph.logits(), "");
    return new Adjoint(g, Kind.EXACT)
        .gradients(Map.of(logits, seed), Set.of(tensor))
        .getOrDefault(tensor, "");
  }

  private OnnxStage forward(ModelProto part, Device device) {
    GraphBuilder g = new GraphBuilder(part, graph.types());
    List<ValueInfoProto> results = new ArrayList<>();
    results.add(OnnxGradient.untyped(graph.logits()));
    outputs(g, Map.of()).forEach(tensor -> results.add(OnnxGradient.untyped(tensor)));
    ModelProto model = g.build(part.getGraph().getInputList(), results);
    return new OnnxStage(model, List.of(graph.picture()), graph.batch(), device);
  }

  @Override
  public Tokens tokens(Shape picture) {
    // Another explanation may not enter while the tokens are looked for.
    return EngineLock.of(arrays.getEngine())
        .call(() -> tokens.computeIfAbsent(picture, this::found));
  }

  private Tokens found(Shape picture) {
    long pictures = Math.max(1, graph.batch());
    Shape shape = new Shape(pictures).addAll(picture);
    memory.check(shape);
    AttentionBlock last = blocks.get(blocks.size() - 1);
    try (NDManager scope = arrays.newSubManager();
        OnnxHead head =
            plain.at(List.of(last.probabilities()), (g, found) -> measured(g, found, last))) {
      NDArray noise = noise(scope, shape);
      NDList out =
          SplitModel.accepted(
              shape,
              () ->
                  new OnnxAutograd(head, recorder)
                      .all(noise, logits -> new NDList(logits.sum(new int[] {1}))));
      int from = 2 + blocks.size();
      TokenCheck.keys(
          blocks, out.subList(2, from).stream().map(share -> share.toFloatArray()[0]).toList());
      List<float[]> lengths = new ArrayList<>();
      for (NDArray each : out.subNDList(from)) {
        lengths.add(each.toFloatArray());
      }
      int count = TokenCheck.tokens(blocks, lengths, pictures);
      return new Tokens(last.softmax(), TokenCheck.shares(out.get(1).toFloatArray(), count));
    }
  }

  private List<String> measured(
      GraphBuilder g, Map<String, String> gradients, AttentionBlock last) {
    AttentionFormulas formulas = new AttentionFormulas(g, graph.picture());
    List<String> outputs = new ArrayList<>();
    outputs.add(formulas.rows(last, gradients.getOrDefault(last.probabilities(), "")));
    KeySources sources = new KeySources(g);
    projections.forEach(projection -> outputs.add(sources.share(projection)));
    blocks.forEach(block -> outputs.add(formulas.lengths(block.probabilities())));
    blocks.forEach(block -> outputs.add(formulas.lengths(block.product())));
    if (copies != null) {
      copies.tokens().forEach(tensor -> outputs.add(formulas.lengths(tensor)));
    }
    return outputs;
  }

  private static NDArray noise(NDManager scope, Shape shape) {
    Random random = new Random(0);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return NativeArrays.of(scope, values, shape);
  }

  @Override
  public Blocks of(NDArray input, Function<NDArray, NDArray> score) {
    memory.check(input.getShape());
    tokens(input.getShape().slice(1));
    NDList all =
        SplitModel.accepted(
            input.getShape(),
            () ->
                forward != null
                    ? forward.run(new NDList(autograd.detached(input)))
                    : autograd.all(input, logits -> new NDList(score.apply(logits))));
    NDArray logits = SplitModel.logits(all.head(), input.getShape().get(0));
    return new Blocks(logits, List.copyOf(all.subNDList(1)));
  }

  @Override
  public void close() {
    whole.close();
    if (forward != null) {
      forward.close();
    }
  }
}
