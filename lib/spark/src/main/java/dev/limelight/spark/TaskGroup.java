package dev.limelight.spark;

import dev.limelight.Explainer;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * The maps of one call: every method for every target, at one layer.
 *
 * @param layer the layer, or "" for the default
 * @param methods the names of the methods
 * @param targets the targets as text
 */
record TaskGroup(String layer, List<String> methods, List<String> targets) {

  static TaskGroup of(Task task) {
    return new TaskGroup(task.layer(), List.of(task.method()), List.of(task.target()));
  }

  /** The tasks: for each target, each method. */
  List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (String target : targets) {
      for (String method : methods) {
        tasks.add(new Task(layer, method, target));
      }
    }
    return tasks;
  }

  List<Target> targets(Explainer explainer) {
    return targets.stream().map(text -> Target.parse(text, explainer.model().labels())).toList();
  }
}
