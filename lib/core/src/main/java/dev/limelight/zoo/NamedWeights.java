package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import dev.limelight.array.NativeArrays;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

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

  /** How many names a message lists. */
  private static final int SHOWN = 5;

  /** By module and then by kind, in the order of the state dict. */
  private final Map<String, Map<String, TorchTensor>> modules = new LinkedHashMap<>();

  private final boolean ordered;

  private NamedWeights(boolean ordered) {
    this.ordered = ordered;
  }

  /** Reads a file that PyTorch saved, or a {@code .safetensors} file. */
  public static NamedWeights read(Path file) throws IOException {
    TorchCheckpoint checkpoint = TorchCheckpoint.read(file);
    return of(checkpoint.tensors(), checkpoint.isOrdered());
  }

  /** The tensors of a state dict, in its order. */
  public static NamedWeights of(Map<String, TorchTensor> tensors) {
    return of(tensors, true);
  }

  /**
   * The tensors of a state dict.
   *
   * @param ordered whether they are in the order in which their modules were made
   */
  static NamedWeights of(Map<String, TorchTensor> tensors, boolean ordered) {
    NamedWeights weights = new NamedWeights(ordered);
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

  /** Whether {@link #modules} are in the order in which they were made. */
  boolean isOrdered() {
    return ordered;
  }

  /** The same weights but those of one module, such as a head that is replaced. */
  public NamedWeights without(String module) {
    NamedWeights fewer = new NamedWeights(ordered);
    fewer.modules.putAll(modules);
    fewer.modules.remove(module);
    return fewer;
  }

  /**
   * Fills a network whose blocks have the names of the state dict's modules, or else one whose
   * blocks with parameters come in the order of these modules. A {@code .safetensors} file keeps no
   * order, so that it fills by name alone.
   *
   * @param network initialised; children before their next siblings is the order
   * @throws IllegalArgumentException if a name or shape does not match; the message names the first
   */
  public void fill(Block network) {
    List<String> names = WeightLeaf.of(network).stream().map(WeightLeaf::module).toList();
    boolean named = modules.keySet().equals(new HashSet<>(names));
    fill(network, named || !ordered ? names : modules());
  }

  /**
   * Fills a network whose blocks have the names of the state dict's modules.
   *
   * @param network initialised
   * @throws IllegalArgumentException if a name or shape does not match; the message names the first
   */
  public void fillByName(Block network) {
    fill(network, WeightLeaf.of(network).stream().map(WeightLeaf::module).toList());
  }

  /**
   * Fills a network by the names of its modules.
   *
   * @param network initialised
   * @param names the module of each block with parameters, in the order of the blocks
   * @throws IllegalArgumentException if a name or shape does not match; the message names the first
   */
  public void fill(Block network, List<String> names) {
    set(assigned(network, names));
  }

  /**
   * Initialises a network and fills it. Its parameters get memory when all names and shapes match,
   * so that sizes of a file are compared with the weights before they are believed.
   *
   * @param network not initialised
   * @param names as {@link #fill(Block, List)} has them, or none for the names of the blocks
   * @param input the shape of a batch of pictures
   * @throws IllegalArgumentException if a name or shape does not match; the message names the first
   */
  @API(status = Status.INTERNAL)
  public void initialise(Block network, List<String> names, NDManager manager, Shape input) {
    List<String> wanted = names;
    try (NDManager scope = manager.newSubManager()) {
      NDArray placeholder = scope.zeros(new Shape(1));
      network.setInitializer((ignored, shape, type) -> placeholder, parameter -> true);
      EngineName.initialise(network, scope, input);
      if (wanted.isEmpty()) {
        wanted = WeightLeaf.of(network).stream().map(WeightLeaf::module).toList();
      }
      assigned(network, wanted);
    } finally {
      network.clear();
    }
    // Random weights would take longer, and all are replaced.
    network.setInitializer(Initializer.ZEROS, parameter -> true);
    EngineName.initialise(network, manager, input);
    fill(network, wanted);
  }

  private static void set(Map<Parameter, TorchTensor> assigned) {
    assigned.forEach(
        (parameter, tensor) -> NativeArrays.set(parameter.getArray(), tensor.toFloatArray()));
  }

  private Map<Parameter, TorchTensor> assigned(Block network, List<String> names) {
    List<WeightLeaf> leaves = WeightLeaf.of(network);
    Map<Parameter, TorchTensor> assigned = new LinkedHashMap<>();
    List<String> mismatches = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (i == names.size()) {
        mismatches.add(
            "block '"
                + leaves.get(i).path()
                + "' and those after it find no weights: the network has "
                + leaves.size()
                + " blocks with parameters, and the state dict ends after "
                + names.size()
                + " modules; check that both are of the same network");
        break;
      }
      assign(leaves.get(i), names.get(i), assigned, mismatches);
    }
    Set<String> unused = new TreeSet<>(modules.keySet());
    names.subList(0, Math.min(leaves.size(), names.size())).forEach(unused::remove);
    if (!unused.isEmpty()) {
      mismatches.add(
          "the network has no block for the weights of "
              + shown(unused)
              + "; leave them out or check that both are of the same network");
    }
    if (!mismatches.isEmpty()) {
      int others = mismatches.size() - 1;
      throw new IllegalArgumentException(
          mismatches.get(0)
              + (others == 0 ? "" : "; " + others + " more do not match")
              + (others == 0 || unused.isEmpty() ? "" : ", and no block wants " + shown(unused)));
    }
    return assigned;
  }

  private static String shown(Set<String> names) {
    List<String> first = names.stream().limit(SHOWN).toList();
    int more = names.size() - first.size();
    return first + (more == 0 ? "" : " and " + more + " more");
  }

  private void assign(
      WeightLeaf leaf,
      String module,
      Map<Parameter, TorchTensor> assigned,
      List<String> mismatches) {
    Map<String, TorchTensor> found = modules.getOrDefault(module, Map.of());
    Set<String> unused = new TreeSet<>(found.keySet());
    for (Parameter parameter : leaf.block().getDirectParameters().values()) {
      if (!parameter.isInitialized()) {
        throw new IllegalArgumentException(
            leaf + " has no parameters yet; initialise the network before it is filled");
      }
      String kind = WeightLeaf.kind(parameter);
      unused.remove(kind);
      Shape expected = parameter.getShape();
      TorchTensor tensor = found.get(kind);
      String wish = leaf + " wants '" + named(module, kind) + "' of shape " + expected;
      if (tensor == null) {
        mismatches.add(wish + ", which the state dict does not have; " + instead(module, found));
      } else if (leaf.fits(expected, tensor.shape())) {
        assigned.put(parameter, tensor);
      } else {
        mismatches.add(
            wish
                + ", but got "
                + new Shape(tensor.shape())
                + "; check that both are of the same network");
      }
    }
    for (String kind : unused) {
      mismatches.add(
          leaf
              + " has no place for '"
              + named(module, kind)
              + "'; check that both are of the same network");
    }
  }

  private static String named(String module, String kind) {
    return module.isEmpty() ? kind : module + "." + kind;
  }

  /** What the state dict has instead of a tensor. */
  private String instead(String module, Map<String, TorchTensor> found) {
    return found.isEmpty()
        ? "the nearest of its "
            + modules.size()
            + " modules are "
            + Names.nearest(module, modules.keySet(), SHOWN)
        : "of this module it has " + found.keySet();
  }
}
