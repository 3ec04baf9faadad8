package dev.limelight.zoo.hub;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.limelight.io.Names;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import dev.limelight.zoo.NamedBlock;
import dev.limelight.zoo.NamedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network's configuration and weights.
 *
 * @param config the file {@code config.json}
 * @param weights the file with the weights, or the index of several
 */
record HubFolder(Path config, Path weights) {

  private static final String CONFIG = "config.json";
  private static final String TORCH = "pytorch_model.bin";

  /** The files of weights, the best first. */
  private static final List<String> WEIGHTS =
      List.of("model.safetensors", "model.safetensors.index.json", TORCH, TORCH + ".index.json");

  private static final int SHOWN = 5;

  /** Before the names of timm's weights where transformers saved them. */
  private static final String WRAPPER = "timm_model.";

  /** The folder of a path, or nothing if it is neither such a folder nor such weights. */
  static Optional<HubFolder> of(Path path) {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(CONFIG))
          ? WEIGHTS.stream()
              .map(path::resolve)
              .filter(Files::isRegularFile)
              .findFirst()
              .map(weights -> new HubFolder(path.resolve(CONFIG), weights))
          : Optional.empty();
    }
    String name = path.toString();
    boolean named = path.getFileName() != null && WEIGHTS.contains(path.getFileName().toString());
    return named || name.endsWith(".safetensors")
        ? Optional.of(new HubFolder(path.resolveSibling(CONFIG), path))
        : Optional.empty();
  }

  /** The name of the folder, or of a file of weights that has none. */
  String name() {
    Path folder = config.toAbsolutePath().normalize().getParent();
    Path name = folder == null ? null : folder.getFileName();
    return (name == null ? weights : name).toString();
  }

  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(List.of(config));
    files.addAll(TorchCheckpoint.files(weights));
    return files;
  }

  /**
   * The network with its weights.
   *
   * @throws IOException if it cannot be read or is not supported; one sentence
   */
  Block block(NDManager manager) throws IOException {
    if (!Files.isRegularFile(config)) {
      throw new IOException(
          weights
              + " holds weights without their network; put its "
              + CONFIG
              + " beside it, as the Hugging Face hub has it, or fill blocks by NamedWeights");
    }
    Settings settings = Settings.read(config);
    try {
      HubNetwork network = network(settings);
      TorchCheckpoint checkpoint = TorchCheckpoint.read(weights);
      Map<String, TorchTensor> tensors = network.renaming().apply(unwrapped(checkpoint.tensors()));
      Block block = network.block().apply(classes(settings, network, tensors));
      int side = network.side() == HubNetwork.ANY_SIDE ? 224 : network.side();
      NamedWeights.of(tensors)
          .initialise(block, network.modules(), manager, new Shape(1, 3, side, side));
      if (network.side() == HubNetwork.ANY_SIDE && block instanceof NamedBlock named) {
        named.takeAnySide();
      }
      return block;
    } catch (IllegalArgumentException e) {
      throw new IOException(
          weights
              + " and "
              + config
              + " do not belong together: "
              + Names.onOneLine(String.valueOf(e.getMessage())),
          e);
    }
  }

  private HubNetwork network(Settings settings) throws IOException {
    Optional<String> timm = settings.text("architecture");
    if (timm.isPresent()) {
      TimmNetworks known = new TimmNetworks();
      check(timm.get(), new ArrayList<>(known.names()));
      return known.of(timm.get(), settings);
    }
    String name = settings.firstText("architectures");
    check(name, TransformersNetworks.names());
    return TransformersNetworks.of(name, settings);
  }

  private void check(String name, List<String> known) throws IOException {
    if (!known.contains(name)) {
      throw new IOException(
          config
              + " describes the architecture "
              + Names.printable(name)
              + ", which is not supported; of the "
              + known.size()
              + " that are, the nearest are "
              + String.join(", ", Names.nearest(name, known, SHOWN))
              + "; export the model as .onnx or TorchScript instead");
    }
  }

  private static Map<String, TorchTensor> unwrapped(Map<String, TorchTensor> tensors) {
    if (!tensors.keySet().stream().allMatch(name -> name.startsWith(WRAPPER))) {
      return tensors;
    }
    Map<String, TorchTensor> plain = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> plain.put(name.substring(WRAPPER.length()), tensor));
    return plain;
  }

  /** As many classes as the last layer has, which the configuration must confirm. */
  private int classes(Settings settings, HubNetwork network, Map<String, TorchTensor> tensors)
      throws IOException {
    TorchTensor head = tensors.get(network.head());
    if (head == null || head.shape().length < 2 || head.size() == 0) {
      throw new IOException(
          weights
              + " holds no weights of a classifier, '"
              + network.head()
              + "'; give a model that was trained to classify");
    }
    int classes = Math.toIntExact(head.shape()[0]);
    int named = settings.inner("id2label").keys().size();
    int stated = settings.size("num_classes", named == 0 ? classes : named);
    if (stated != classes) {
      throw new IOException(
          config
              + " describes "
              + stated
              + " classes, and "
              + weights.getFileName()
              + " has weights for "
              + classes
              + "; take both from the same model");
    }
    return classes;
  }
}
