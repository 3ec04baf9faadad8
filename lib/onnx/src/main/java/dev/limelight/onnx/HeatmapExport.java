package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnxruntime.OrtException;
import dev.limelight.array.NativeArrays;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Names;
import dev.limelight.io.UnknownNameException;
import dev.limelight.model.EngineName;
import dev.limelight.model.Grid;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SharedNetwork;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.finer.FinerLayers;
import dev.limelight.model.finer.Focus;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.onnx.HeatmapGraph.Place;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.onnx.formula.HeatmapFormulas;
import dev.limelight.onnx.formula.HeatmapFormulas.Formula;
import dev.limelight.onnx.formula.HeatmapFormulas.Of;
import dev.limelight.onnx.signature.OnnxOutputs;
import dev.limelight.plugin.Call;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model and its heatmap as one .onnx file, which any runtime of ONNX runs without
 * Limelight: the model's own inputs and outputs, and the output {@value #HEATMAP}, (N, H, W), in
 * [0, 1]. The map is that of {@link dev.limelight.image.Heatmap#processed}: negative values are set
 * to zero, it is resized to the picture and scaled to [0, 1].
 */
public final class HeatmapExport {

  /** The name of the output with the map. */
  public static final String HEATMAP = "heatmap";

  /** The name of the second input with the index of the class to explain. */
  public static final String TARGET = "target";

  private final Path file;
  private String method = "grad-cam";
  private Formula formula = Objects.requireNonNull(HeatmapFormulas.ALL.get(method));
  private String described = method;
  private List<String> fine = List.of();
  private @Nullable LayerPath layer;
  private @Nullable Grid grid;
  private String target = "top";
  private @Nullable String output;
  private final Map<String, List<Double>> constants = new LinkedHashMap<>();

  private boolean channelsLast;

  private HeatmapExport(Path file) {
    this.file = file;
  }

  /** Of an .onnx file, or of a .pt2 or a TorchScript archive, which are written as ONNX. */
  public static HeatmapExport of(Path file) {
    return new HeatmapExport(file);
  }

  /** The methods that can be written. */
  public static Set<String> methods() {
    return Set.copyOf(HeatmapFormulas.ALL.keySet());
  }

  /**
   * Chooses the method; without it Grad-CAM.
   *
   * @param text its name, for the spotlights with their arguments if they are not the usual ones:
   *     {@code spotlight(focus=whole)}
   * @throws IllegalArgumentException if it cannot be written; the message lists those that can
   */
  public HeatmapExport optMethod(String text) {
    Call call = Call.parse(text);
    String name = call.name();
    Formula found = HeatmapFormulas.ALL.get(name);
    if (found == null) {
      throw new UnknownNameException(
          "method",
          "no method "
              + Names.quoted(name)
              + " can be written as a graph; "
              + Names.offer(name, HeatmapFormulas.ALL.keySet()));
    }
    List<String> names = List.of();
    for (Map.Entry<String, String> argument : call.arguments().entrySet()) {
      if (argument.getKey().equals("fine") && found.of().finer() > 0) {
        names = FinerLayers.names(name, argument.getValue(), found.of().finer());
      } else if (argument.getKey().equals("focus")) {
        found = HeatmapFormulas.focused(name, Focus.of(argument.getValue()));
      } else {
        throw new IllegalArgumentException(
            name + " has no argument '" + argument.getKey() + "' that a graph can be given");
      }
    }
    method = name;
    described = text;
    formula = found;
    fine = names;
    return this;
  }

  /** Chooses the layer; without it the last one with locations. */
  public HeatmapExport optLayer(String name) {
    layer = LayerPath.of(name);
    return this;
  }

  /** Sets the grid of the layer's tokens. */
  public HeatmapExport optGrid(int height, int width) {
    grid = new Grid(height, width);
    return this;
  }

  /**
   * Chooses what is explained; without it the strongest class.
   *
   * @param target "top", the index of a class, or "input": the file then has a second input {@value
   *     #TARGET}, an index for each picture or one for all, -1 for the strongest class
   * @throws IllegalArgumentException if it is none of these
   */
  public HeatmapExport optTarget(String target) {
    if (!target.matches("top|input|\\d{1,9}")) {
      throw new IllegalArgumentException(
          "a target is top, input or the index of a class, but got '" + target + "'");
    }
    this.target = target;
    return this;
  }

  /** Chooses the output of which the heatmap is; without it the one that the file decides on. */
  public HeatmapExport optOutput(@Nullable String name) {
    output = name;
    return this;
  }

  /**
   * Gives an input beside the picture the same value for all pictures; the written file has it as a
   * weight.
   *
   * @param values one for all of its elements, or one for each
   */
  public HeatmapExport optConstant(String name, double... values) {
    constants.put(name, Arrays.stream(values).boxed().toList());
    return this;
  }

  /**
   * Says that the model takes (N, H, W, C) where its file does not; the written file takes the
   * same.
   */
  public HeatmapExport optChannelsLast(boolean last) {
    channelsLast = last;
    return this;
  }

  private NetworkChoice choice() {
    return new NetworkChoice(output, 0, constants);
  }

  /**
   * Writes the file.
   *
   * @return what was chosen where the model leaves a choice, such as its output; a sentence each
   * @throws IOException if the model cannot be read, or the file cannot be written
   * @throws IllegalArgumentException if there is no such layer or class
   * @throws dev.limelight.support.UnsupportedException if an operator has no gradient
   */
  public List<String> write(Path out) throws IOException {
    checkFormat();
    if (Files.exists(out) && !Files.isRegularFile(out)) {
      throw new IOException(out + " is no file that can be replaced; choose another name");
    }
    for (Path part : new OnnxFile(file).files()) {
      if (Files.exists(out) && Files.isSameFile(part, out)) {
        throw new IOException(out + " is part of the model itself; choose another name");
      }
    }
    OnnxFile onnx = new OnnxFile(file, channelsLast);
    OnnxFile.Read read = onnx.graphInItsLayout(choice());
    Chosen chosen = chosen(onnx, new OnnxNames(read.graph()));
    ModelProto model = model(read, chosen);
    try {
      // Whoever gets the file can open it.
      OnnxSessions.open(model, Device.cpu()).close();
      AtomicFile.write(StoredWeight.putInto(model).toByteArray(), out);
      List<String> notes = new ArrayList<>(read.signature().notes());
      notes.addAll(chosen.ofOutput());
      if (read.graph().precision().isChanged()) {
        notes.add("the written file takes and gives float32 numbers");
      }
      return notes;
    } catch (OrtException e) {
      throw new UnsupportedException(
          "ONNX Runtime refuses the model with its heatmap (" + OnnxSessions.message(e) + ")", e);
    } catch (FileSystemException e) {
      throw new IOException("cannot write " + out + ": " + AtomicFile.reason(e), e);
    }
  }

  private void checkFormat() throws IOException {
    Optional<NetworkFormat> format = NetworkFormats.of(file, EngineName.ONNX_RUNTIME);
    if (format.isPresent() && !format.get().engines().contains(EngineName.ONNX_RUNTIME)) {
      throw new IOException(
          file
              + " is "
              + format.get().title()
              + ", and a heatmap can be added to an .onnx file, a .pt2, a TorchScript .pt or an MXNet symbol only;"
              + " export the model, in PyTorch by torch.onnx.export or torch.export.save");
    }
    if (formula.of() == Of.ACTIVATIONS && !target.equals("top")) {
      throw new IllegalArgumentException(
          method + " gives all classes the same map, so that there is no target to choose");
    }
  }

  private ModelProto model(OnnxFile.Read read, Chosen chosen) {
    OnnxGraph graph = read.graph();
    HeatmapGraph written = new HeatmapGraph(graph, formula, target, channelsLast);
    OnnxNames names = new OnnxNames(graph);
    List<Layer> at = chosen.layers();
    List<Place> places =
        at.stream()
            .map(each -> new Place(names.tensor(each.path()), each.layout(), each.shape()))
            .toList();
    ModelProto model =
        at.isEmpty()
            ? written.ofPicture()
            : written.of(places.get(0), places.subList(1, places.size()));
    if (read.bytes() != null) {
      model = OnnxPicture.withInput(model, read.bytes());
    }
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(OnnxOutputs.HEATMAP_PROPERTY, "evidence for the target in [0, 1], (N, H, W)");
    properties.put("limelight.method", described);
    properties.put("limelight.target", target);
    if (!at.isEmpty()) {
      properties.put("limelight.layer", at.get(0).path().name());
    }
    if (at.size() > 1) {
      properties.put("limelight.finerLayers", paths(at.subList(1, at.size())));
    }
    if (!chosen.ofOutput().isEmpty()) {
      properties.put("limelight.output", String.join("; ", chosen.ofOutput()));
    }
    ModelProto.Builder result = model.toBuilder();
    properties.forEach(
        (key, value) ->
            result.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return result.build();
  }

  private Model load(OnnxFile onnx) throws IOException {
    Model model = onnx.load(Device.cpu(), KeptFacts.NONE);
    if (channelsLast) {
      ModelMetadata.setChannelsLast(model);
    }
    return model;
  }

  private static String paths(List<Layer> layers) {
    return layers.stream().map(each -> each.path().name()).collect(Collectors.joining("+"));
  }

  /**
   * What is decided on by the network itself, which either way takes the picture.
   *
   * @param layers the explained layer, and the finer ones that the method reads; none of a map of
   *     the picture
   * @param ofOutput what is to be known of the values of its output
   */
  private record Chosen(List<Layer> layers, List<String> ofOutput) {}

  private Chosen chosen(OnnxFile onnx, OnnxNames names) throws IOException {
    try (Model model = load(onnx);
        Network network = Network.of(model, choice());
        WholeNetwork whole = new WholeNetwork(network)) {
      Preprocessing size = Preprocessing.of(model);
      Shape input = new Shape(size.channels(), size.height(), size.width());
      List<Layer> layers = network.layers(input, grid);
      List<String> ofOutput = ofOutput(network, input);
      if (formula.of() == Of.PICTURE || formula.of() == Of.GUIDED) {
        return new Chosen(List.of(), ofOutput);
      }
      Layer explained = explained(network, input, names, layers);
      List<Layer> all = new ArrayList<>(List.of(explained));
      if (formula.of().finer() > 0) {
        FinerLayers search = new FinerLayers(whole, input, explained.path());
        all.addAll(search.choose(method, formula.of().finer(), fine));
      }
      return new Chosen(all, ofOutput);
    }
  }

  /** Measured on noise, as by an explainer. */
  private static List<String> ofOutput(Network network, Shape input) {
    if (network.outputActivation() != null) {
      return List.of();
    }
    Random random = new Random(0);
    float[] values = new float[Math.toIntExact(input.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    try (SplitModel split = network.whole();
        NDManager arrays = network.manager().newSubManager()) {
      NDArray noise = NativeArrays.of(arrays, values, new Shape(1).addAll(input));
      String note = SharedNetwork.rangeOf(split, noise).note(network.activated());
      return note == null ? List.of() : List.of(note);
    } catch (EngineException | UnsupportedException e) {
      // What has no classes has no probabilities.
      return List.of();
    }
  }

  private Layer explained(Network network, Shape input, OnnxNames names, List<Layer> layers) {
    LayerPath path = layer;
    if (path == null) {
      return network.defaultLayer(input, grid);
    }
    String tensor = names.tensor(path);
    return layers.stream()
        .filter(each -> names.tensor(each.path()).equals(tensor))
        .findFirst()
        .orElseThrow(() -> Layer.unknown(path, layers.stream().map(Layer::path).toList()));
  }
}
