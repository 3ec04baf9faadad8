package dev.limelight.zoo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.limelight.array.NativeArrays;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Weights as PyTorch names them, {@code MODULE.weight}, {@code MODULE.bias}, {@code
 * MODULE.running_mean} and {@code MODULE.running_var}, to be filled into DJL's blocks. All names
 * and shapes are checked before the first weight is set; {@code num_batches_tracked} is ignored.
 *
 * <p>The VGG networks of torchvision fit {@code ai.djl.basicmodelzoo}'s {@code VGG}. Its ResNets do
 * not fit DJL's {@code ResNetV1} and are refused: there a bottleneck's convolutions of one pixel
 * have a bias, the stride is in the first of them instead of in the middle one, and the 18 and 34
 * layers have bottlenecks too. {@link ResNet} is torchvision's.
 */
public final class NamedWeights {

  private static final String COUNTER = "num_batches_tracked";

  /** By module and then by kind, in the order of the state dict. */
  private final Map<String, Map<String, TorchTensor>> modules = new LinkedHashMap<>();

  private NamedWeights() {}

  /** Reads a file that PyTorch saved. */
  public static NamedWeights read(Path file) throws IOException {
    return of(TorchCheckpoint.read(file).tensors());
  }

  /** The tensors of a state dict, in its order. */
  public static NamedWeights of(Map<String, TorchTensor> tensors) {
    NamedWeights weights = new NamedWeights();
    tensors.forEach(
        (name, tensor) -> {
          int dot = name.lastIndexOf('.');
          String kind = name.substring(dot + 1);
          if (!kind.equals(COUNTER)) {
            weights
                .modules
                .computeIfAbsent(name.substring(0, Math.max(dot, 0)), key -> new LinkedHashMap<>())
                .put(kind, tensor);
          }
        });
    return weights;
  }

  /** The names of the modules, in the order of the state dict. */
  public List<String> modules() {
    return List.copyOf(modules.keySet());
  }

  /** The same weights but those of one module, such as a head that is replaced. */
  public NamedWeights without(String module) {
    NamedWeights fewer = new NamedWeights();
    fewer.modules.putAll(modules);
    fewer.modules.remove(module);
    return fewer;
  }

  /**
   * Fills a network whose blocks with parameters come in the order of the state dict's modules.
   *
   * @param network initialised; children before their next siblings is the order
   * @throws IllegalArgumentException if a name or shape does not match; the message names the first
   */
  public void fill(Block network) {
    fill(network, modules());
  }

  /**
   * Fills a network by the names of its modules.
   *
   * @param network initialised
   * @param names the module of each block with parameters, in the order of the blocks
   * @throws IllegalArgumentException if a name or shape does not match; the message names the first
   */
  public void fill(Block network, List<String> names) {
    List<Pair<String, Block>> leaves = new ArrayList<>();
    collect(network, "", leaves);
    Map<Parameter, TorchTensor> assigned = new LinkedHashMap<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (i == names.size()) {
        throw new IllegalArgumentException(
            "block '"
                + leaves.get(i).getKey()
                + "' and those after it find no weights: the network has "
                + leaves.size()
                + " blocks with parameters, and the state dict ends after "
                + names.size()
                + " modules; check that both are of the same network");
      }
      assign(leaves.get(i), names.get(i), assigned);
    }
    TreeSet<String> unused = new TreeSet<>(modules.keySet());
    names.subList(0, leaves.size()).forEach(unused::remove);
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "the network has no block for the weights of "
              + unused
              + "; leave them out or check that both are of the same network");
    }
    assigned.forEach(
        (parameter, tensor) -> NativeArrays.set(parameter.getArray(), tensor.toFloatArray()));
  }

  private void assign(
      Pair<String, Block> leaf, String module, Map<Parameter, TorchTensor> assigned) {
    Map<String, TorchTensor> found = modules.getOrDefault(module, Map.of());
    TreeSet<String> unused = new TreeSet<>(found.keySet());
    String block =
        "block '" + leaf.getKey() + "' (" + leaf.getValue().getClass().getSimpleName() + ")";
    for (Parameter parameter : leaf.getValue().getDirectParameters().values()) {
      String kind = kind(parameter, block);
      String name = module.isEmpty() ? kind : module + "." + kind;
      if (!parameter.isInitialized()) {
        throw new IllegalArgumentException(
            block + " has no parameters yet; initialise the network before it is filled");
      }
      Shape expected = parameter.getArray().getShape();
      String wish = block + " wants '" + name + "' of shape " + expected;
      TorchTensor tensor = found.get(kind);
      if (tensor == null) {
        throw new IllegalArgumentException(
            wish
                + ", which the state dict does not have; "
                + (found.isEmpty()
                    ? "its modules are " + modules.keySet()
                    : "of this module it has " + found.keySet()));
      }
      if (!expected.equals(new Shape(tensor.shape()))) {
        throw new IllegalArgumentException(
            wish
                + ", but got "
                + new Shape(tensor.shape())
                + "; check that both are of the same network");
      }
      assigned.put(parameter, tensor);
      unused.remove(kind);
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          block
              + " has no place for '"
              + module
              + "."
              + unused.first()
              + "'; check that both are of the same network");
    }
  }

  private static String kind(Parameter parameter, String block) {
    return switch (parameter.getType()) {
      case WEIGHT, GAMMA -> "weight";
      case BIAS, BETA -> "bias";
      case RUNNING_MEAN -> "running_mean";
      case RUNNING_VAR -> "running_var";
      default ->
          throw new IllegalArgumentException(
              block
                  + " has a parameter '"
                  + parameter.getName()
                  + "', which no state dict knows; convolutions, linear layers and BatchNorm can be"
                  + " filled");
    };
  }

  private static void collect(Block block, String path, List<Pair<String, Block>> leaves) {
    if (!block.getDirectParameters().isEmpty()) {
      leaves.add(new Pair<>(path, block));
    }
    for (Pair<String, Block> child : block.getChildren()) {
      collect(
          child.getValue(), path.isEmpty() ? child.getKey() : path + "." + child.getKey(), leaves);
    }
  }
}
