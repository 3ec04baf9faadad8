package dev.limelight.spark;

import dev.limelight.isolation.Isolation;
import dev.limelight.model.Grid;
import dev.limelight.model.signature.NetworkChoice;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The settings of a job, which are sent to the executors. */
record JobSettings(
    ModelSource model,
    EngineSettings engine,
    InputSettings input,
    @Nullable Grid grid,
    NetworkChoice choice,
    @Nullable Isolation isolation,
    List<String> layers,
    List<String> methods,
    List<String> targets,
    List<String> metrics,
    int batch,
    boolean audit,
    long seed)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The target of audits. */
  static final String TOP = "top";

  /** A column added by a resumed job: the finished maps of a picture. */
  static final String DONE = "limelight_done";

  JobSettings {
    layers = List.copyOf(layers);
    methods = List.copyOf(methods);
    targets = List.copyOf(targets);
    metrics = List.copyOf(metrics);
  }

  /** All maps of a picture. */
  List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (String layer : layers.isEmpty() ? List.of("") : layers) {
      tasks.addAll(new TaskGroup(layer, methods, targets).tasks());
    }
    return tasks;
  }

  /** The missing maps of a picture. */
  List<Task> tasksOf(Row row) {
    boolean resumed = Arrays.asList(row.schema().fieldNames()).contains(DONE);
    if (!resumed || row.isNullAt(row.fieldIndex(DONE))) {
      return tasks();
    }
    Set<String> done = new TreeSet<>(row.<String>getList(row.fieldIndex(DONE)));
    return tasks().stream().filter(task -> !done.contains(key(task))).toList();
  }

  /** Identifies a map of a picture; includes the layer only if layers were named. */
  String key(Task task) {
    String layer = layers.isEmpty() ? "" : task.layer();
    return String.join("\n", layer, task.method(), task.target());
  }

  /** Groups tasks into calls of the explainer. */
  static List<TaskGroup> groups(List<Task> tasks) {
    Map<String, Map<String, List<String>>> methods = new LinkedHashMap<>();
    for (Task task : tasks) {
      methods
          .computeIfAbsent(task.layer(), key -> new LinkedHashMap<>())
          .computeIfAbsent(task.target(), key -> new ArrayList<>())
          .add(task.method());
    }
    List<TaskGroup> groups = new ArrayList<>();
    methods.forEach(
        (layer, targets) -> {
          Map<List<String>, List<String>> byMethods = new LinkedHashMap<>();
          targets.forEach(
              (target, names) ->
                  byMethods.computeIfAbsent(names, key -> new ArrayList<>()).add(target));
          byMethods.forEach((names, list) -> groups.add(new TaskGroup(layer, names, list)));
        });
    return groups;
  }

  /** The settings as lines, stored in a folder of results. */
  String described() {
    return String.join(
            "\n",
            "model: " + (model.sha256() == null ? model.location() : "SHA-256 " + model.sha256()),
            "engine: " + (model.engine() == null ? "of the model" : model.engine()),
            "input: " + input,
            "grid: " + (grid == null ? "of the model" : grid),
            "layers: " + layers + asked(),
            "metrics: " + metrics,
            "audit: " + audit,
            "seed: " + seed)
        + "\n";
  }

  /** What is asked of the model's outputs and inputs, if anything is. */
  private String asked() {
    return choice.equals(NetworkChoice.NONE)
        ? ""
        : "\noutput: "
            + choice.output()
            + "\nconstants: "
            + choice.constants()
            + (choice.reader() == null ? "" : "\nreader: " + choice.reader());
  }
}
