package dev.limelight.torch.checkpoint;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.TensorView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the network's tensors in the checkpoint of a training script. */
final class StateDict {

  /** What training scripts call the network's state, the surest first. */
  private static final List<String> NAMES =
      List.of("state_dict", "model_state_dict", "model_state", "model", "module", "net", "network");

  private static final String PARALLEL = "module.";
  private static final int DEEPEST = 4;

  private StateDict() {}

  /** The tensors by name, in the order of the file. */
  static Map<String, TensorView> of(Object root) throws MalformedFileException {
    return plain(find(root, DEEPEST));
  }

  /** The same without the "module." that may be before every name. */
  static <T> Map<String, T> plain(Map<String, T> tensors) {
    boolean parallel = tensors.keySet().stream().allMatch(name -> name.startsWith(PARALLEL));
    if (!parallel) {
      return tensors;
    }
    Map<String, T> plain = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> plain.put(name.substring(PARALLEL.length()), tensor));
    return plain;
  }

  private static Map<String, TensorView> find(Object value, int depth)
      throws MalformedFileException {
    if (!(value instanceof PythonDict dict)) {
      throw new MalformedFileException("holds no state dict; save model.state_dict()");
    }
    for (String name : NAMES) {
      if (depth > 0
          && dict.items().get(name) instanceof PythonDict inner
          && !inner.items().isEmpty()) {
        return find(inner, depth - 1);
      }
    }
    Map<String, TensorView> tensors = direct(dict);
    if (!tensors.isEmpty()) {
      return tensors;
    }
    List<String> names = new ArrayList<>();
    // One dict may stand in another a million times.
    Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Map.Entry<Object, Object> item : dict.items().entrySet()) {
      if (item.getKey() instanceof String name
          && item.getValue() instanceof PythonDict inner
          && visited.add(inner)
          && !direct(inner).isEmpty()) {
        names.add(Names.printable(name));
        tensors = direct(inner);
      }
    }
    if (names.size() == 1) {
      return tensors;
    }
    throw new MalformedFileException(
        names.isEmpty()
            ? "holds no tensors by name; save model.state_dict()"
            : "holds several state dicts, " + names + "; save one of them alone");
  }

  private static Map<String, TensorView> direct(PythonDict dict) {
    Map<String, TensorView> tensors = new LinkedHashMap<>();
    dict.items()
        .forEach(
            (name, value) -> {
              if (name instanceof String text && value instanceof TensorView tensor) {
                tensors.put(text, tensor);
              }
            });
    return tensors;
  }
}
