package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Gradients;
import dev.limelight.model.Layer;
import dev.limelight.model.Network.TailGradients;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The gradients of several scores at the layer, and at the picture, from one recording each. */
final class TargetGradients {

  private final Pass pass;
  private final List<Target> targets;
  private @Nullable Gradients atLayer;
  private @Nullable Gradients atInput;
  private final Map<List<Layer>, TailGradients> atFiner = new HashMap<>();
  private final Map<Object, List<?>> together = new HashMap<>();
  private final SharedCopies.Known scores = new SharedCopies.Known();

  TargetGradients(Pass pass, List<Target> targets) {
    this.pass = pass;
    this.targets = targets;
  }

  Target target(int index) {
    return targets.get(index);
  }

  /** Changed copies, with all targets decided for their picture by the evidence. */
  SharedCopies shared(Evidence evidence, int index, int picture, Object source) {
    List<Target> decided = targets.stream().map(t -> evidence.decided(t, picture)).toList();
    return new SharedCopies(pass, scores, decided, index, picture, source);
  }

  /** One value a target, computed for all of them when it is first asked for. */
  @SuppressWarnings("unchecked") // What a key maps to is what its function gave.
  <T> List<T> together(Object key, Function<List<Evidence>, List<T>> compute) {
    // Not computeIfAbsent: what is computed may itself be shared.
    List<?> known = together.get(key);
    if (known == null) {
      List<Evidence> all = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        all.add(new Evidence(pass, this, i, Origin.UNKNOWN));
      }
      known = compute.apply(all);
      together.put(key, known);
    }
    return (List<T>) known;
  }

  NDArray atLayer(int index) {
    if (atLayer == null) {
      Optional<BoxGradients> boxes = pass.boxGradients(targets);
      atLayer = boxes.isPresent() ? boxes.get().all() : pass.gradients(this::all);
    }
    pass.counter().headBackwards(pass.size());
    return atLayer.perScore().get(index);
  }

  /** Hands on the gradients of all targets at the layer. Those of boxes never all exist at once. */
  void each(BatchedGradients.Taker taker) {
    Optional<BoxGradients> boxes = atLayer == null ? pass.boxGradients(targets) : Optional.empty();
    if (boxes.isPresent()) {
      boxes.get().each(taker);
      pass.counter().headBackwards((long) pass.size() * targets.size());
      return;
    }
    for (int t = 0; t < targets.size(); t++) {
      NDArray gradients = atLayer(t);
      for (int i = 0; i < pass.size(); i++) {
        try (NDArray own = gradients.get(i + ":" + (i + 1))) {
          taker.take(t, i, own);
        }
      }
    }
  }

  /** The gradients at finer layers and at the layer. */
  Finer.Slopes atFiner(Finer chosen, int index) {
    List<Layer> order = chosen.inOrder();
    TailGradients found = atFiner.get(order);
    if (found == null) {
      found = pass.gradients(order, this::all);
      atFiner.put(order, found);
    }
    pass.counter().headBackwards(pass.size());
    List<NDArray> gradients = new ArrayList<>();
    for (int i = order.size() - 2; i >= 0; i--) {
      gradients.add(found.before().get(i).get(index));
    }
    return new Finer.Slopes(gradients, found.atLast().perScore().get(index));
  }

  NDArray atInput(int index) {
    if (atInput == null) {
      atInput = pass.inputGradients(this::all);
    }
    pass.counter().backwards(pass.size());
    return atInput.perScore().get(index);
  }

  private NDList all(NDArray output) {
    NDList list = new NDList();
    targets.forEach(target -> list.add(target.score(output)));
    return list;
  }
}
