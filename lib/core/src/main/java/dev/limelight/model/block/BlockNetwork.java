package dev.limelight.model.block;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import dev.limelight.model.EngineName;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.Stage;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.WeightedLayers;
import dev.limelight.model.WeightedNetwork;
import dev.limelight.model.signature.Signature;
import dev.limelight.output.OutputShapes;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** DJL blocks, which can be cut between the children of nested {@code SequentialBlock}s. */
final class BlockNetwork extends WeightedNetwork {

  private static final Set<String> OUTPUT_ACTIVATIONS = Set.of("softmax", "sigmoid");

  private final BlockSteps steps;
  private final BlockWeights weights;
  private final @Nullable String outputActivation;
  private final BlockBackend backend;
  private final @Nullable String output;

  /** Up to its outputs as they are, where they are put side by side. */
  private final @Nullable BlockSteps given;

  /**
   * Checks the block.
   *
   * @param model the model, initialised
   * @param output the index of the output that is explained, or null for the only one
   * @param joined whether its outputs are put side by side
   */
  BlockNetwork(Model model, @Nullable String output, boolean joined) {
    super(model.getNDManager());
    weights = BlockWeights.OWN;
    backend =
        EngineName.of(manager())
            .flatMap(BlockBackend::of)
            .orElseThrow(
                () ->
                    new UnsupportedException(
                        "no backend for blocks on "
                            + manager().getEngine().getEngineName()
                            + " is on the class path"));
    if (!model.getBlock().isInitialized()) {
      throw new IllegalArgumentException(
          "the block of model '"
              + model.getName()
              + "' has no parameters yet; load, train or initialise it first");
    }
    this.output = output;
    given = joined ? BlockSteps.of(model.getBlock()).giving(output) : null;
    BlockSteps all =
        given == null ? BlockSteps.of(model.getBlock()).giving(output) : given.joined();
    int last = all.steps().size() - 1;
    outputActivation = outputActivation(all.steps().get(last));
    steps = outputActivation == null ? all : new BlockSteps(all.steps().subList(0, last));
  }

  private BlockNetwork(BlockNetwork of, Set<String> chosen, WeightShuffler shuffle) {
    super(of);
    steps = of.steps;
    output = of.output;
    given = of.given;
    outputActivation = of.outputActivation;
    backend = of.backend;
    boolean created = false;
    try {
      weights =
          new BlockParameters(steps, backend).shuffled(chosen, shuffle, of.weights, manager());
      created = true;
    } finally {
      if (!created) {
        close();
      }
    }
  }

  @Override
  public List<Output> outputs(Shape input) {
    return backend
        .autograd()
        .inference(
            () -> {
              List<Output> outputs = new ArrayList<>();
              try (NDManager scope = manager().newSubManager()) {
                NDList current =
                    new NDList(scope.zeros(new Shape(1).addAll(input), DataType.FLOAT32));
                // Nothing would follow the last step.
                for (BlockSteps.Step step : steps.steps().subList(0, steps.steps().size() - 1)) {
                  NDList inputs = current;
                  current =
                      SplitModel.accepted(
                          new Shape(1).addAll(input),
                          () ->
                              step.block()
                                  .forward(new FrozenParameters(scope, weights), inputs, false));
                  Shape shape = current.head().getShape();
                  if (current.size() == 1) {
                    String kind = kind(step);
                    step.names().forEach(name -> outputs.add(new Output(name, kind, shape)));
                  }
                }
              }
              return outputs;
            });
  }

  /** What is inside of a step has no name, and is counted with the arrays that a run makes. */
  @Override
  public long values(Shape input) {
    Shape one = new Shape(1).addAll(input);
    return backend
        .autograd()
        .inference(
            () -> {
              try (NDManager scope = manager().newSubManager();
                  NDManager parameters = manager().newSubManager()) {
                NDList picture = new NDList(scope.zeros(one, DataType.FLOAT32));
                SplitModel.accepted(
                    one, () -> steps.run(new FrozenParameters(parameters, weights), picture));
                return scope.getManagedArrays().stream().mapToLong(NDArray::size).sum();
              }
            });
  }

  @Override
  public boolean joinsOutputs() {
    return given != null;
  }

  @Override
  public List<OutputShapes.Output> explainedOutputs(Shape input) {
    BlockSteps all = given;
    if (all == null) {
      return super.explainedOutputs(input);
    }
    Shape one = new Shape(1).addAll(input);
    return backend
        .autograd()
        .inference(
            () -> {
              try (NDManager scope = manager().newSubManager()) {
                NDList picture = new NDList(scope.zeros(one, DataType.FLOAT32));
                NDList outputs =
                    SplitModel.accepted(
                        one, () -> all.run(new FrozenParameters(scope, weights), picture));
                List<OutputShapes.Output> shapes = new ArrayList<>();
                for (int i = 0; i < outputs.size(); i++) {
                  String name = output == null ? String.valueOf(i) : output;
                  shapes.add(new OutputShapes.Output(name, outputs.get(i).getShape()));
                }
                return shapes;
              }
            });
  }

  @Override
  public SplitModel split(LayerPath path) {
    List<LayerPath> known =
        new BlockSteps(steps.steps().subList(0, steps.steps().size() - 1)).paths();
    if (!known.contains(path)) {
      throw Layer.unknown(path, known);
    }
    BlockSteps front = steps.upTo(path);
    BlockSteps back = steps.after(path);
    Stage features = backend.features(manager(), front, weights);
    Stage head = backend.head(manager(), back, weights);
    return new SplitModel(path, features, head, backend.autograd());
  }

  @Override
  public boolean isPassed(LayerPath path) {
    // Each step reads what the one before it gives and nothing else.
    return true;
  }

  @Override
  public Stage through(List<LayerPath> layers) {
    List<Stage> parts = new ArrayList<>();
    BlockSteps rest = steps;
    for (LayerPath layer : layers) {
      parts.add(backend.features(manager(), rest.upTo(layer), weights));
      rest = rest.after(layer);
    }
    return Stage.chain(parts);
  }

  @Override
  public Tail tail(List<LayerPath> layers) {
    List<Stage> parts = new ArrayList<>();
    for (int i = 1; i < layers.size(); i++) {
      BlockSteps between = steps.after(layers.get(i - 1)).upTo(layers.get(i));
      parts.add(backend.head(manager(), between, weights));
    }
    return Tail.recorded(parts);
  }

  @Override
  public SplitModel whole() {
    Stage all = backend.head(manager(), steps, weights);
    return new SplitModel(SplitModel.INPUT, Stage.identity(), all, backend.autograd());
  }

  @Override
  public GuidedBackprop guidedBackprop() {
    return backend.guidedBackprop(manager(), steps, weights);
  }

  @Override
  protected WeightedLayers weights() {
    return new BlockParameters(steps, backend).layers();
  }

  @Override
  protected Network shuffled(Set<String> chosen, WeightShuffler shuffler) {
    return new BlockNetwork(this, chosen, shuffler);
  }

  @Override
  public @Nullable String outputActivation() {
    return outputActivation;
  }

  @Override
  public Signature signature() {
    return new Signature(List.of(), List.of(), output, List.of());
  }

  private static String kind(BlockSteps.Step step) {
    if (step.block() instanceof ParallelBlock) {
      return ParallelBlock.class.getSimpleName();
    }
    return step.block() instanceof LambdaBlock lambda
            && !lambda.getName().equals(LambdaBlock.DEFAULT_NAME)
        ? lambda.getName()
        : step.block().getClass().getSimpleName();
  }

  private static @Nullable String outputActivation(BlockSteps.Step step) {
    if (step.block() instanceof LambdaBlock lambda) {
      String name = lambda.getName().toLowerCase(java.util.Locale.ROOT);
      return OUTPUT_ACTIVATIONS.contains(name) ? name : null;
    }
    return null;
  }
}
