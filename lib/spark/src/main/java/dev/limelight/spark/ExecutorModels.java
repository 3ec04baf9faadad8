package dev.limelight.spark;

import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.data.TrueClasses;
import dev.limelight.isolation.Isolation;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.Grid;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The models of this JVM: each is opened once and shared by all its tasks, which take turns. They
 * stay open until the JVM ends, because further tasks may follow.
 */
public final class ExecutorModels {

  private static final Map<Key, Explainer> OPEN = new HashMap<>();

  private static final Set<Checked> CHECKED = new HashSet<>();

  private record Checked(Key model, TaskGroup group) {}

  private record Key(
      ModelSource model,
      EngineSettings engine,
      InputSettings input,
      @Nullable Grid grid,
      NetworkChoice choice,
      @Nullable Isolation isolation) {}

  private ExecutorModels() {}

  /**
   * The explainer of a job at one layer, opened on the first call.
   *
   * @param layer the layer, or "" for the network's default
   * @throws JobRefusedException if the model cannot be read, has no such layer or class, or cannot
   *     run a method
   */
  static Explainer get(JobSettings job, String layer) {
    synchronized (OPEN) {
      Key key =
          new Key(
              job.model(), job.engine(), job.input(), job.grid(), job.choice(), job.isolation());
      Explainer at = opened(key, layer);
      TaskGroup all = new TaskGroup(layer, job.methods(), job.targets());
      if (CHECKED.add(new Checked(key, all))) {
        check(at, all);
      }
      return at;
    }
  }

  /** Whatever is wrong here is wrong with the job's model, input or layer. */
  private static Explainer opened(Key key, String layer) {
    try {
      Explainer open = open(key);
      return layer.isEmpty() ? open : open.at(layer);
    } catch (IOException | IllegalArgumentException e) {
      throw new JobRefusedException(e);
    }
  }

  private static Explainer open(Key key) throws IOException {
    InputSettings input = key.input();
    Explainer open = OPEN.get(key);
    if (open == null) {
      key.engine().prepare();
      ExplainerBuilder builder =
          Explainer.builder().setModel(key.model().find()).optLabels(input.labels());
      key.engine().set(builder);
      builder.optOutput(key.choice().output()).optReader(key.choice().reader());
      key.choice()
          .constants()
          .forEach(
              (name, values) ->
                  builder.optConstant(
                      name, values.stream().mapToDouble(Double::doubleValue).toArray()));
      if (key.grid() != null) {
        builder.optGrid(key.grid().height(), key.grid().width());
      }
      builder.optChannelsLast(input.channelsLast());
      Isolation isolation = key.isolation();
      if (isolation != null) {
        builder
            .optTimeLimit(Duration.ofSeconds(isolation.seconds()))
            .optMemoryLimit(isolation.memory());
      }
      open = builder.load();
      OPEN.put(key, open);
    }
    return open.with(input.preprocessing().applyTo(open.model().preprocessing()));
  }

  /** The classes of a network that folders stand for; none if it distinguishes no classes. */
  static TrueClasses trueClasses(Explainer explainer, List<String> folders) {
    int classes;
    try {
      classes = explainer.classes();
    } catch (UnsupportedException e) {
      classes = 0;
    }
    return TrueClasses.of(folders, explainer.model().labels(), classes);
  }

  /** Refuses, once per job, methods and targets that cannot run for any picture. */
  private static void check(Explainer explainer, TaskGroup group) {
    List<Method> methods;
    List<Target> targets;
    try {
      methods = group.methods().stream().map(Methods::named).toList();
      targets =
          group.targets(explainer).stream()
              .map(target -> target.resolve(explainer.model().labels()))
              .toList();
      trueClasses(explainer, List.of());
    } catch (IllegalArgumentException e) {
      // A name that is not known here, or too many or too few labels.
      throw new JobRefusedException(e);
    }
    try {
      for (Target target : targets) {
        explainer.plan(methods, target).rows().forEach(row -> row.support().require());
      }
    } catch (UnsupportedException e) {
      throw new JobRefusedException(e);
    }
  }

  /** The number of open models. */
  static int count() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  /** Closes all models, for a program that continues after its last job on {@code local[*]}. */
  public static void close() {
    synchronized (OPEN) {
      OPEN.values().forEach(Explainer::close);
      OPEN.clear();
      CHECKED.clear();
    }
  }
}
