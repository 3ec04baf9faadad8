package dev.limelight.spark;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Explanations;
import dev.limelight.Question;
import dev.limelight.audit.AuditRow;
import dev.limelight.codec.Masks;
import dev.limelight.data.TrueClasses;
import dev.limelight.evaluation.ExperimentRunner;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Metrics;
import dev.limelight.metric.Trial;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Explains the pictures of one partition in batches; never holds all of them. */
final class PartitionRun implements Iterator<Row> {

  private final JobSettings settings;
  private final PictureColumns columns;
  private final Iterator<Row> pictures;
  private final LimelightJob.Reports reports;
  private final Queue<Row> ready = new ArrayDeque<>();
  private final Map<String, Explainer> layers = new HashMap<>();
  private final List<Metric> metrics;

  /** What was said of methods already. */
  private final Set<String> noted = new HashSet<>();

  private @Nullable TrueClasses trueClasses;

  /**
   * Starts no work yet.
   *
   * @param reports receives the number of finished pictures and what is noted of the model
   */
  PartitionRun(
      JobSettings settings,
      PictureColumns columns,
      Iterator<Row> pictures,
      LimelightJob.Reports reports) {
    this.settings = settings;
    this.columns = columns;
    this.pictures = pictures;
    this.reports = reports;
    this.metrics = settings.metrics().stream().map(Metrics::named).toList();
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && pictures.hasNext()) {
      batch();
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void batch() {
    List<PictureInput> read = new ArrayList<>();
    int count = 0;
    while (count < settings.batch() && pictures.hasNext()) {
      Row row = pictures.next();
      read(row).ifPresent(read::add);
      count++;
    }
    // Pictures with the same tasks share their forward passes.
    Map<List<Task>, List<PictureInput>> byTasks = new LinkedHashMap<>();
    read.forEach(
        input -> byTasks.computeIfAbsent(input.tasks(), key -> new ArrayList<>()).add(input));
    byTasks.forEach(
        (tasks, inputs) ->
            JobSettings.groups(tasks).forEach(group -> explainOrFail(inputs, group)));
    reports.done().add(count);
  }

  /** A picture, or none after its rows say why it cannot be read. */
  private Optional<PictureInput> read(Row row) {
    List<Task> tasks = settings.tasksOf(row);
    String path = columns.source().path(row);
    List<Integer> classes = columns.trueClasses(row, path, network());
    try {
      Picture picture = columns.source().picture(row, path, settings.input().range());
      Masks.OfPicture mask = columns.mask(row, path, picture);
      return Optional.of(
          mask == null
              ? new PictureInput(path, classes, picture, null, tasks)
              : new PictureInput(
                  path, classes, picture.alsoNoted(mask.notes()), mask.mask(), tasks));
    } catch (IOException | IllegalArgumentException e) {
      for (Task task : tasks) {
        fail(path, classes.isEmpty() ? -1 : classes.get(0), task, e);
      }
      return Optional.empty();
    }
  }

  private void fail(String path, int label, Task task, Exception e) {
    ready.add(ResultRow.of(ExplainedPicture.failed(path, label, task, Failure.of(e))));
  }

  /** Explains a group at once, or if that fails, each picture and task separately. */
  private void explainOrFail(List<PictureInput> inputs, TaskGroup group) {
    try {
      ready.addAll(explain(inputs, group));
    } catch (CancellationException | JobRefusedException e) {
      throw e;
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted() || TaskContext.get().isInterrupted()) {
        throw e;
      }
      if (inputs.size() > 1) {
        inputs.forEach(input -> explainOrFail(List.of(input), group));
      } else if (group.tasks().size() > 1) {
        group.tasks().forEach(task -> explainOrFail(inputs, TaskGroup.of(task)));
      } else {
        PictureInput input = inputs.get(0);
        fail(input.path(), input.label(), group.tasks().get(0), e);
      }
    }
  }

  private List<Row> explain(List<PictureInput> inputs, TaskGroup group) {
    Explainer at = at(group.layer());
    List<Method> methods = group.methods().stream().map(Methods::named).toList();
    List<Picture> all = inputs.stream().map(PictureInput::picture).toList();
    long start = System.nanoTime();
    Explanations found =
        at.explain(Question.of(all).ofSet().methods(methods).targets(group.targets(at)));
    double each = (System.nanoTime() - start) / 1e6 / found.size();
    List<Map<String, Double>> scores = scores(at, inputs, methods, found);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      for (int t = 0; t < group.tasks().size(); t++) {
        PictureInput input = inputs.get(i);
        Explanation map = found.of(i).get(t);
        map.provenance().method().notes().stream().filter(noted::add).forEach(reports.notes()::add);
        Task task = group.tasks().get(t);
        boolean audited = settings.audit() && task.target().equals(JobSettings.TOP);
        rows.add(
            ResultRow.of(
                ExplainedPicture.of(
                    input,
                    task,
                    map,
                    scores.isEmpty() ? Map.of() : scores.get(t * inputs.size() + i),
                    audited ? AuditRow.of(0, input.example(), map) : null,
                    each)));
      }
    }
    return rows;
  }

  /** The classes that the folders stand for, found with the first picture. */
  private TrueClasses network() {
    if (trueClasses == null) {
      trueClasses =
          columns.folders().isEmpty()
              ? new TrueClasses(Map.of())
              : ExecutorModels.trueClasses(at(settings.tasks().get(0).layer()), columns.folders());
    }
    return trueClasses;
  }

  /** Opened with the first picture, so that an empty partition costs nothing. */
  private Explainer at(String layer) {
    Explainer open = layers.get(layer);
    if (open == null) {
      open = ExecutorModels.get(settings, layer);
      if (layers.isEmpty()) {
        note(open);
      }
      layers.put(layer, open);
    }
    return open;
  }

  private void note(Explainer model) {
    model.model().notes().forEach(reports.notes()::add);
    model.model().preprocessing().assumption().ifPresent(reports.notes()::add);
  }

  /**
   * The scores by metric for each explanation; empty without metrics. Metrics use the probability
   * of a class, so a target that is not a class has no scores.
   */
  private List<Map<String, Double>> scores(
      Explainer at, List<PictureInput> inputs, List<Method> methods, Explanations found) {
    List<Map<String, Double>> scores = new ArrayList<>();
    if (metrics.isEmpty()) {
      return scores;
    }
    List<float[]> prepared =
        inputs.stream().map(input -> at.model().preprocessing().apply(input.picture())).toList();
    List<ExperimentRunner.Job> jobs = new ArrayList<>();
    List<Map<String, Double>> owners = new ArrayList<>();
    for (int t = 0; t < found.size() / inputs.size(); t++) {
      for (int i = 0; i < inputs.size(); i++) {
        Explanation map = found.of(i).get(t);
        Map<String, Double> byMetric = new HashMap<>();
        scores.add(byMetric);
        if (map.target() < 0) {
          continue;
        }
        Trial trial = trial(at, inputs.get(i), prepared.get(i), map);
        for (Metric metric : metrics) {
          jobs.add(new ExperimentRunner.Job(metric, methods.get(t % methods.size()), trial));
          owners.add(byMetric);
        }
      }
    }
    List<Measurement> measured = new ExperimentRunner(at).run(jobs);
    for (int i = 0; i < measured.size(); i++) {
      if (measured.get(i).measured()) {
        owners.get(i).put(jobs.get(i).metric().info().name(), measured.get(i).value());
      }
    }
    return scores;
  }

  private Trial trial(Explainer at, PictureInput input, float[] prepared, Explanation map) {
    return new Trial(
        map,
        prepared,
        at.model().preprocessing().width(),
        at.model().preprocessing().height(),
        input.mask() == null ? null : map.cropped(input.mask()),
        settings.seed() + input.path().hashCode());
  }
}
