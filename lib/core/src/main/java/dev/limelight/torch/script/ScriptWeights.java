package dev.limelight.torch.script;

import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.TensorView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a TorchScript model, parameters and buffers, by the modules that own them. The
 * weights of a module that contains others are assumed to be used before theirs.
 */
final class ScriptWeights {

  private record Module(List<TorchScript.Weight> weights, int position) {}

  private final Map<String, Integer> calls;
  private final Map<String, TensorView> views = new LinkedHashMap<>();
  private final List<Module> modules = new ArrayList<>();
  private final Set<Object> visited = new HashSet<>();
  private int last;

  /**
   * Looks for the weights.
   *
   * @param values the attributes of the model
   * @param calls the position of each module's output
   */
  ScriptWeights(PythonDict values, Map<String, Integer> calls) {
    this.calls = calls;
    collect("", values);
    // Of the same place in the order of computation they keep the order in which they were made.
    modules.sort(Comparator.comparingInt(Module::position));
  }

  /** Adds a module and those within it; returns the position of the first of them, or null. */
  private @Nullable Integer collect(String path, PythonDict module) {
    int at = modules.size();
    int before = last;
    List<TorchScript.Weight> weights = new ArrayList<>();
    Integer first = null;
    for (Map.Entry<Object, Object> attribute : module.items().entrySet()) {
      String key = attribute.getKey().toString();
      String name = path.isEmpty() ? key : path + "." + key;
      if (attribute.getValue() instanceof PythonDict inner) {
        Integer position = collect(name, inner);
        first = first == null || position != null && position < first ? position : first;
      } else if (attribute.getValue() instanceof TensorView view && isWeight(view)) {
        views.put(name, view);
        weights.add(new TorchScript.Weight(path.isEmpty() ? name : path, name));
      }
    }
    Integer position = first == null ? calls.get(path) : first;
    if (!weights.isEmpty()) {
      modules.add(at, new Module(weights, position == null ? before : position));
    }
    last = first == null && position != null ? position : last;
    return position;
  }

  /** Real numbers, and only once where several modules share them. */
  private boolean isWeight(TensorView view) {
    return !view.type().isInteger() && visited.add(List.of(view.storage().key(), view.offset()));
  }

  /** All weights, from the output down to the input. */
  List<TorchScript.Weight> fromTheOutput() {
    List<TorchScript.Weight> all = new ArrayList<>();
    for (int i = modules.size() - 1; i >= 0; i--) {
      all.addAll(modules.get(i).weights());
    }
    return all;
  }

  /** The channels that the first convolution reads, or 0 if there is none. */
  long channels() {
    for (Module module : modules) {
      for (TorchScript.Weight weight : module.weights()) {
        long[] shape = Objects.requireNonNull(views.get(weight.name())).shape();
        if (shape.length == 4 && weight.name().endsWith("weight")) {
          return shape[1];
        }
      }
    }
    return 0;
  }

  /**
   * The edits of an archive's entries, by their names.
   *
   * @param chosen names of weights
   */
  Map<String, TorchScript.Edit> edits(Set<String> chosen, TorchScript.Change change) {
    Map<String, TorchScript.Edit> edits = new HashMap<>();
    for (String weight : chosen) {
      TensorView view = Objects.requireNonNull(views.get(weight));
      edits.merge(
          "data/" + view.storage().key(),
          bytes -> changed(bytes, weight, view, change),
          TorchScript.Edit::then);
    }
    return edits;
  }

  private static byte[] changed(
      byte[] bytes, String weight, TensorView view, TorchScript.Change change) throws IOException {
    if (bytes.length < view.storage().bytes()) {
      throw new MalformedFileException(
          "is damaged: a storage is shorter than it claims; copy it again");
    }
    byte[] copy = bytes.clone();
    ByteBuffer storage = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer numbers = ByteBuffer.allocate((int) view.bytes()).order(storage.order());
    numbers.put(view.on(storage).data()).flip();
    change.apply(weight, numbers, view.type().bytes());
    view.put(numbers, storage);
    return copy;
  }
}
