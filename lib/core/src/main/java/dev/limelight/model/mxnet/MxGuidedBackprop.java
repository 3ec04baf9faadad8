package dev.limelight.model.mxnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.GuidedBackprop.Relu;
import dev.limelight.model.SplitModel;
import dev.limelight.model.Stage;
import dev.limelight.model.mxnet.MxGraph.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Guided backpropagation through an MXNet graph. Going back through a ReLU takes the positive part
 * of a gradient, which is no derivative of anything, so the graph is cut into pieces after every
 * ReLU; each is recorded from fresh leaves and differentiated once. It is cut where a tensor is
 * used several times too: no operator is then in two pieces, and the whole costs about one backward
 * pass however the pieces hang together.
 */
final class MxGuidedBackprop implements GuidedBackprop {

  /**
   * Operators between cuts.
   *
   * @param end what it computes: the output of a ReLU or its input, a tensor that is used several
   *     times, or the logits
   * @param relu the ReLU that it ends with or that follows its end, or null
   * @param result the entry that represents it in the pieces that follow
   * @param leaves results of other pieces, or the picture
   * @param stage computes the end; null if the end is itself the only leaf
   */
  private record Piece(
      Entry end, @Nullable Relu relu, Entry result, List<Entry> leaves, @Nullable Stage stage) {

    /** The result after its end. */
    NDArray of(NDArray computed) {
      return relu == null || end.equals(result) ? computed.stopGradient() : relu.of(computed);
    }

    /** The gradient of its end. */
    NDArray back(NDArray gradient, NDArray computed) {
      if (relu == null) {
        return gradient;
      }
      return end.equals(result) ? Relu.guided(gradient) : relu.back(gradient, computed);
    }
  }

  /** A piece that has run: its end, and its recording, if anything was computed. */
  private record Run(Piece piece, NDArray end, MxAutograd.@Nullable Recording recording) {}

  private final NDManager manager;
  private final MxGraph graph;
  private final Rectifiers rectifiers;
  private final Map<String, NDArray> parameters;
  private final MxAutograd autograd = new MxAutograd();
  private final boolean[] alive;
  private final Set<Entry> cuts = new LinkedHashSet<>();
  private final List<Piece> pieces = new ArrayList<>();
  private final Entry picture;
  private final Entry logits;

  /**
   * Cuts a graph.
   *
   * @param parent the manager within which it lives
   * @param graph picture to logits, in inference form
   * @param parameters by name; their memory is shared
   * @param input the name of the picture
   */
  MxGuidedBackprop(NDManager parent, MxGraph graph, Map<String, NDArray> parameters, String input) {
    this.manager = parent.newSubManager();
    this.graph = graph;
    this.parameters = parameters;
    rectifiers = MxRectifiers.of(graph).required();
    alive = new boolean[graph.size()];
    int start = -1;
    for (int i = 0; i < alive.length; i++) {
      if (graph.isVariable(i)) {
        alive[i] = graph.name(i).equals(input);
        start = alive[i] ? i : start;
      } else {
        alive[i] = graph.inputs(i).stream().anyMatch(entry -> alive[entry.node()]);
      }
    }
    picture = new Entry(start, 0);
    findCuts();
    for (Entry cut : cuts) {
      Float upper = MxRelus.upper(graph, cut.node());
      Relu relu = upper == null ? null : new Relu(upper);
      boolean outside = relu != null && !MxRelus.isStrict(graph, cut.node());
      add(outside ? graph.inputs(cut.node()).get(0) : cut, relu, cut);
    }
    logits = graph.outputs().get(0);
    if (!isLeaf(logits)) {
      add(logits, null, logits);
    }
  }

  private void findCuts() {
    int[] uses = new int[graph.size()];
    Map<Integer, Set<Entry>> used = new HashMap<>();
    for (int i = 0; i < graph.size(); i++) {
      for (Entry entry : graph.inputs(i)) {
        uses[entry.node()]++;
        used.computeIfAbsent(entry.node(), node -> new LinkedHashSet<>()).add(entry);
      }
    }
    for (int i = 0; i < graph.size(); i++) {
      boolean operator = alive[i] && !graph.isVariable(i);
      if (operator && MxRelus.upper(graph, i) != null) {
        cuts.add(new Entry(i, 0));
      } else if (operator && uses[i] > 1) {
        cuts.addAll(used.get(i));
      }
    }
  }

  private void add(Entry end, @Nullable Relu relu, Entry result) {
    if (isLeaf(end) && !end.equals(result)) {
      pieces.add(new Piece(end, relu, result, List.of(end), null));
      return;
    }
    Map<Entry, String> leaves = new LinkedHashMap<>();
    Deque<Entry> waiting = new ArrayDeque<>(graph.inputs(end.node()));
    while (!waiting.isEmpty()) {
      Entry entry = waiting.pop();
      if (isLeaf(entry)) {
        leaves.putIfAbsent(entry, "limelight_leaf_" + leaves.size());
      } else if (alive[entry.node()]) {
        waiting.addAll(graph.inputs(entry.node()));
      }
    }
    List<String> names = List.copyOf(leaves.values());
    MxGraph part = graph.extract(List.of(end), leaves);
    Stage stage = new MxStage(manager, part, parameters, names, false);
    pieces.add(new Piece(end, relu, result, List.copyOf(leaves.keySet()), stage));
  }

  private boolean isLeaf(Entry entry) {
    return entry.equals(picture) || cuts.contains(entry);
  }

  @Override
  public Gradients gradients(NDArray input, Function<NDArray, NDArray> score) {
    try (NDManager scope = input.getManager().newSubManager()) {
      Gradients gradients = autograd.inference(() -> gradients(input, scope, score));
      gradients.logits().attach(input.getManager());
      gradients.perScore().get(0).attach(input.getManager());
      return gradients;
    }
  }

  private Gradients gradients(NDArray input, NDManager scope, Function<NDArray, NDArray> score) {
    Map<Entry, NDArray> results = new HashMap<>();
    NDArray start = input.stopGradient();
    start.attach(scope);
    results.put(picture, start);
    List<Run> runs = forward(results);
    NDArray output = Objects.requireNonNull(results.get(logits));
    long n = input.getShape().get(0);
    MxAutograd.Recording last =
        autograd.record(
            new NDList(output), leaf -> score.apply(SplitModel.logits(leaf.head(), n)).sum());
    NDArray gradient = back(runs, last.gradients(null).head());
    return new Gradients(SplitModel.logits(output.stopGradient(), n), List.of(gradient));
  }

  private List<Run> forward(Map<Entry, NDArray> results) {
    List<Run> runs = new ArrayList<>();
    for (Piece piece : pieces) {
      NDList inputs = new NDList();
      piece.leaves().forEach(leaf -> inputs.add(results.get(leaf)));
      Stage stage = piece.stage();
      MxAutograd.Recording recording =
          stage == null ? null : autograd.record(inputs, leaves -> stage.run(leaves).head());
      NDArray end = recording == null ? inputs.head() : recording.output();
      runs.add(new Run(piece, end, recording));
      results.put(piece.result(), piece.of(end));
    }
    return runs;
  }

  private NDArray back(List<Run> runs, NDArray atLogits) {
    Map<Entry, NDArray> gradients = new HashMap<>(Map.of(logits, atLogits));
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      Piece piece = run.piece();
      NDArray atResult = Objects.requireNonNull(gradients.remove(piece.result()));
      NDArray gradient = piece.back(atResult, run.end());
      MxAutograd.Recording recording = run.recording();
      NDList back = recording == null ? new NDList(gradient) : recording.gradients(gradient);
      for (int leaf = 0; leaf < back.size(); leaf++) {
        gradients.merge(piece.leaves().get(leaf), back.get(leaf), MxAutograd::sum);
      }
    }
    return Objects.requireNonNull(gradients.get(picture));
  }

  @Override
  public Rectifiers rectifiers() {
    return rectifiers;
  }

  @Override
  public void close() {
    manager.close();
  }
}
