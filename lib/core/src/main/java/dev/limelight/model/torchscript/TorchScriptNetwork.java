package dev.limelight.model.torchscript;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.limelight.io.Names;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.Stage;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.WeightedLayers;
import dev.limelight.model.WeightedNetwork;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.pytorch.PtAutograd;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.model.signature.Signature;
import dev.limelight.output.OutputShapes;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.script.TorchScript;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A TorchScript model, which can be cut after each of its modules that returns one tensor. */
final class TorchScriptNetwork extends WeightedNetwork {

  static final long COLOURS = 3;

  /** In place of an index: all outputs. */
  private static final int ALL = -1;

  /** In place of an index: the shapes of all outputs. */
  private static final int SHAPES = -2;

  private final PtSymbolBlock block;
  private final @Nullable Path file;
  private final TorchScript script;
  private final Signature signature;
  private final boolean channelsLast;
  private final boolean joined;
  private final List<String> names;

  /**
   * Reads the model's code.
   *
   * @param model the model, loaded
   */
  TorchScriptNetwork(Model model, NetworkChoice choice) {
    this(model, outputs -> chosen(outputs, choice), choice.reader() != null);
  }

  private static OutputRule.Chosen chosen(
      List<OutputRule.Candidate> outputs, NetworkChoice choice) {
    return choice.reader() != null && choice.output() == null
        ? new OutputRule.Chosen(ALL, "outputs", null)
        : OutputRule.choose(outputs, choice);
  }

  private TorchScriptNetwork(
      Model model, Function<List<OutputRule.Candidate>, OutputRule.Chosen> rule, boolean read) {
    super(model.getNDManager());
    block = (PtSymbolBlock) model.getBlock();
    String property = model.getProperty(TorchScriptFile.PROPERTY);
    file = property == null ? null : Path.of(property);
    channelsLast = ModelMetadata.isChannelsLast(model);
    TorchScript held = HeldScripts.take(model);
    TorchScript all = held == null ? withArchive(TorchScript::read) : held;
    List<OutputRule.Candidate> outputs = all.outputs();
    OutputRule.Chosen chosen = rule.apply(outputs);
    joined = chosen.index() == ALL;
    names = outputs.stream().map(output -> output.port().name()).toList();
    script = all.withOutput(chosen.index());
    if (read && script.outputActivation() != null) {
      throw new UnsupportedException(
          "its output "
              + Names.printable(chosen.name())
              + " ends in a "
              + script.outputActivation()
              + ", which is left out of one output alone; leave --output away, so that all are"
              + " read");
    }
    String ranking = script.ranking();
    if (ranking != null) {
      throw new UnsupportedException(
          "its output "
              + Names.printable(chosen.name())
              + " follows a torch."
              + ranking
              + ", which gives values in the order of their size or indices, and a classifier gives"
              + " a score for each class in a fixed order; save the model without it");
    }
    List<String> notes = new ArrayList<>();
    if (script.ranked() != null) {
      notes.add(
          "of the output "
              + Names.printable(chosen.name())
              + " the scores before its torch."
              + script.ranked()
              + " are explained, as what it gives belongs to no fixed class");
    }
    if (!script.precisionNote().isEmpty()) {
      notes.add(script.precisionNote());
    }
    notes.addAll(script.orientation(channelsLast));
    signature =
        Signature.of(
            List.of(), outputs.stream().map(OutputRule.Candidate::port).toList(), chosen, notes);
  }

  /** By its first output, to look at its input where nothing says which output is explained. */
  static TorchScriptNetwork ofFirstOutput(Model model) {
    return new TorchScriptNetwork(
        model, outputs -> new OutputRule.Chosen(0, outputs.get(0).port().name(), null), false);
  }

  private TorchScriptNetwork(TorchScriptNetwork of, Set<String> weights, WeightShuffler shuffle) {
    super(of);
    block = of.block;
    file = of.file;
    channelsLast = of.channelsLast;
    script = of.script.with(weights, shuffle::apply);
    signature = of.signature;
    joined = of.joined;
    names = of.names;
  }

  /** The channels that its first convolution reads, or 0 if there is none. */
  long channels() {
    long found = script.channels();
    // The first one may work on each channel alone, and then its weights do not count them.
    return found != COLOURS && takes(COLOURS) ? COLOURS : found;
  }

  private boolean takes(long channels) {
    try {
      outputs(new Shape(channels, 224, 224));
      return true;
    } catch (UnsupportedException e) {
      return false;
    }
  }

  @Override
  public List<Output> outputs(Shape input) {
    List<TorchScript.Module> modules = script.modules();
    List<Output> outputs = new ArrayList<>();
    try (NDManager scope = manager().newSubManager();
        Stage all =
            new TorchScriptStage(
                manager(), load(script::writeShapes), TorchScript.SHAPES, channelsLast)) {
      NDArray picture = scope.zeros(new Shape(1).addAll(input), DataType.FLOAT32);
      NDList shapes =
          SplitModel.accepted(
              picture.getShape(),
              () -> new PtAutograd().inference(() -> all.run(new NDList(picture))));
      for (int i = 0; i < modules.size(); i++) {
        Shape shape = new Shape(shapes.get(i).toLongArray());
        String path = modules.get(i).path();
        if (script.canCut(path)) {
          outputs.add(new Output(LayerPath.of(path), modules.get(i).kind(), shape));
        }
      }
    }
    return outputs;
  }

  @Override
  public SplitModel split(LayerPath path) {
    PtSymbolBlock cut;
    try {
      cut = load((source, target) -> script.writeCut(source, path.name(), target));
    } catch (NoSuchElementException e) {
      throw Layer.unknown(path, known());
    } catch (UnsupportedException e) {
      throw Layer.unknown(path, String.valueOf(e.getMessage()), known());
    }
    return new SplitModel(
        path,
        new TorchScriptStage(manager(), cut, TorchScript.FEATURES, channelsLast),
        new TorchScriptStage(manager(), cut, TorchScript.HEAD, channelsLast),
        new PtAutograd());
  }

  @Override
  public boolean isPassed(LayerPath path) {
    return script.isPassed(path.name());
  }

  @Override
  public Stage through(List<LayerPath> layers) {
    List<String> paths = layers.stream().map(LayerPath::name).toList();
    PtSymbolBlock block = load((source, target) -> script.writeThrough(source, paths, target));
    return new TorchScriptStage(manager(), block, TorchScript.THROUGH, channelsLast);
  }

  @Override
  public Tail tail(List<LayerPath> layers) {
    List<Stage> parts = new ArrayList<>();
    for (int i = 1; i < layers.size(); i++) {
      String from = layers.get(i - 1).name();
      String to = layers.get(i).name();
      PtSymbolBlock block = load((source, target) -> script.writeBetween(source, from, to, target));
      parts.add(new TorchScriptStage(manager(), block, TorchScript.BETWEEN, channelsLast));
    }
    return Tail.recorded(parts);
  }

  @Override
  public boolean joinsOutputs() {
    return joined;
  }

  @Override
  public List<OutputShapes.Output> explainedOutputs(Shape input) {
    if (!joined) {
      return super.explainedOutputs(input);
    }
    TorchScript measuring = script.withOutput(SHAPES);
    try (NDManager scope = manager().newSubManager();
        Stage all =
            new TorchScriptStage(
                manager(), load(measuring::writeWhole), TorchScript.WHOLE, channelsLast)) {
      NDArray picture = scope.zeros(new Shape(1).addAll(input), DataType.FLOAT32);
      NDList given =
          SplitModel.accepted(
              picture.getShape(),
              () -> new PtAutograd().inference(() -> all.run(new NDList(picture))));
      long[] numbers = given.head().toLongArray();
      List<OutputShapes.Output> shapes = new ArrayList<>();
      for (int at = 0; at < numbers.length; at += 1 + (int) numbers[at]) {
        Shape shape = new Shape(Arrays.copyOfRange(numbers, at + 1, at + 1 + (int) numbers[at]));
        shapes.add(new OutputShapes.Output(names.get(shapes.size()), shape));
      }
      return shapes;
    }
  }

  private List<LayerPath> known() {
    return script.modules().stream()
        .map(TorchScript.Module::path)
        .filter(script::canCut)
        .map(LayerPath::of)
        .toList();
  }

  @Override
  public SplitModel whole() {
    Stage all =
        new TorchScriptStage(manager(), load(script::writeWhole), TorchScript.WHOLE, channelsLast);
    return new SplitModel(SplitModel.INPUT, Stage.identity(), all, new PtAutograd());
  }

  @Override
  public GuidedBackprop guidedBackprop() {
    TorchScript.Activations found;
    try {
      found = script.activations();
    } catch (UnsupportedException e) {
      throw hidden(e);
    }
    Rectifiers rectifiers = new Rectifiers(found.relus(), found.others()).required();
    PtSymbolBlock loaded = load(script::writeGuided);
    return new TorchScriptGuidedBackprop(
        new TorchScriptStage(manager(), loaded, TorchScript.GUIDED, channelsLast), rectifiers);
  }

  private static UnsupportedException hidden(UnsupportedException e) {
    return UnsupportedException.noGradient(
        "guided backpropagation has to see every ReLU, and in this TorchScript model "
            + e.getMessage()
            + "; trace the model instead of scripting it, or use saliency",
        e);
  }

  @Override
  protected WeightedLayers weights() {
    WeightedLayers found = new WeightedLayers();
    script.weights().forEach(weight -> found.add(weight.layer(), weight.name()));
    return found;
  }

  @Override
  protected Network shuffled(Set<String> chosen, WeightShuffler shuffler) {
    return new TorchScriptNetwork(this, chosen, shuffler);
  }

  @Override
  public @Nullable String outputActivation() {
    return script.outputActivation();
  }

  @Override
  public Signature signature() {
    return signature;
  }

  private interface Edit {
    void write(Path source, Path target) throws IOException;
  }

  /** Loads a changed copy of the archive, frozen and in inference mode. */
  private PtSymbolBlock load(Edit edit) {
    return withArchive(
        archive ->
            TemporaryArchive.with(
                changed -> {
                  TemporaryArchive.write(() -> edit.write(archive, changed));
                  // Trainable at first: frozen ones would forbid gradients of anything.
                  PtSymbolBlock loaded =
                      JniUtils.loadModule(
                          (PtNDManager) manager(),
                          changed,
                          true,
                          new String[0],
                          new String[0],
                          true);
                  JniUtils.enableInferenceMode(loaded);
                  try (NDManager scope = manager().newSubManager()) {
                    JniUtils.moduleGetParams(loaded, (PtNDManager) scope)
                        .forEach(parameter -> parameter.setRequiresGradient(false));
                  }
                  return loaded;
                }));
  }

  /** The file of the model, or else the model in memory. */
  private <T> T withArchive(TemporaryArchive.Work<T> work) {
    try {
      if (file != null) {
        return work.on(file);
      }
      return TemporaryArchive.with(
          archive -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
              JniUtils.writeModule(block, out, false);
            } catch (IOException e) {
              throw TemporaryArchive.refused(e);
            }
            return work.on(archive);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
