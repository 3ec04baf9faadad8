package dev.limelight.evaluation;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Plan;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.evaluation.ExperimentRunner.Job;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Trial;
import dev.limelight.support.Count;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** One evaluation on its way. */
final class EvaluationRun {

  /** So many pictures are timed for the cost of a map. */
  private static final int TIMED = 5;

  private final EvaluationBuilder settings;
  private final Explainer explainer;
  private final ImageSet images;
  private final List<Layer> layers = new ArrayList<>();

  /** An explainer that cuts at one layer. */
  private record Layer(String name, Explainer explainer) {}

  /** A method at a layer. */
  private record Entry(Contender contender, Method method, Layer layer) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<Plan.Row> plan = new ArrayList<>();

  EvaluationRun(EvaluationBuilder settings, Explainer explainer, ImageSet images) {
    this.settings = settings;
    this.explainer = explainer;
    this.images = settings.trueClass ? trueClasses(explainer, images) : images;
    if (settings.layers.isEmpty()) {
      add(explainer);
    } else {
      settings.layers.forEach(path -> add(explainer.at(path.name())));
    }
  }

  /** Pictures whose labels count the network's classes. */
  private static ImageSet trueClasses(Explainer explainer, ImageSet images) {
    ImageSet labelled = explainer.labelled(images);
    for (int i = 0; i < labelled.size(); i++) {
      try {
        if (labelled.label(i) >= 0) {
          return labelled;
        }
      } catch (IOException | UnsupportedException e) {
        // It becomes a failed cell, and others may have a class.
        continue;
      }
    }
    throw new IllegalArgumentException(
        "the true class can be explained only where it is known, and it is unknown for all of "
            + labelled.size()
            + (labelled.size() == 1 ? " picture" : " pictures")
            + "; put pictures into folders called like the network's labels (or the indices of its"
            + " classes), or explain the predicted class");
  }

  private void add(Explainer view) {
    List<Plan.Row> rows = view.plan(settings.methods, Target.top()).rows();
    Layer layer =
        new Layer(
            rows.stream().map(Plan.Row::layer).distinct().collect(Collectors.joining(", ")), view);
    layers.add(layer);
    for (Method method : settings.methods) {
      MethodInfo info = method.info();
      Contender contender = new Contender(info.name(), layer.name(), info.control());
      entries.add(new Entry(contender, method, layer));
    }
    plan.addAll(rows.subList(0, settings.methods.size()));
  }

  Evaluation run() throws IOException {
    EvaluationFolder folder =
        settings.folder == null
            ? null
            : new EvaluationFolder(settings.folder, described(), contenders());
    List<Cell> all = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after " + i + " of " + Count.of(images.size(), "picture"));
      }
      List<Cell> known = folder == null ? null : folder.cells(i).orElse(null);
      List<Explanation> maps = new ArrayList<>();
      List<Cell> cells = known == null ? picture(i, maps) : known;
      if (known == null && folder != null) {
        folder.keep(i, images.name(i), cells);
      }
      all.addAll(cells);
      settings.listener.picture(i + 1, images.size(), cells, maps);
    }
    Evaluation evaluation =
        new Evaluation(
            images.size(),
            contenders(),
            settings.metrics.stream().map(Metric::info).toList(),
            all,
            costs(),
            settings.seed);
    if (folder != null) {
      folder.finish(evaluation);
    }
    return evaluation;
  }

  private List<Contender> contenders() {
    return entries.stream().map(Entry::contender).toList();
  }

  private Map<String, String> described() {
    Map<String, String> description = new LinkedHashMap<>();
    description.put("methods", settings.methods.toString());
    description.put("layers", layers.stream().map(Layer::name).toList().toString());
    description.put("metrics", settings.metrics.toString());
    description.put("class", settings.trueClass ? "true" : "predicted");
    description.put("seed", String.valueOf(settings.seed));
    description.put("preprocessing", explainer.model().preprocessing().toString());
    description.put("model", explainer.model().toString());
    description.put("pictures", images.size() + " (" + checksum() + ")");
    return description;
  }

  /** Of their names: pictures that were added or left out make another evaluation. */
  private String checksum() {
    CRC32 sum = new CRC32();
    for (int i = 0; i < images.size(); i++) {
      sum.update((images.name(i) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Long.toHexString(sum.getValue());
  }

  private List<Cell> picture(int index, List<Explanation> maps) {
    Example example;
    try {
      example = images.get(index);
    } catch (IOException | UnsupportedException e) {
      return failed(index, entries, String.valueOf(e.getMessage()));
    }
    if (settings.trueClass && (example.label() < 0 || !example.sameName().isEmpty())) {
      return failed(
          index,
          entries,
          example.label() < 0
              ? "its true class is unknown"
              : "its true class is ambiguous, as several classes have this name");
    }
    List<Cell> cells = new ArrayList<>();
    for (Layer layer : layers) {
      cells.addAll(layer(index, example, layer, maps));
    }
    return cells;
  }

  private List<Cell> failed(int index, List<Entry> some, String reason) {
    List<Cell> cells = new ArrayList<>();
    for (Entry entry : some) {
      for (Metric metric : settings.metrics) {
        cells.add(
            new Cell(
                index,
                images.name(index),
                entry.contender(),
                metric.info().name(),
                Measurement.discarded(reason)));
      }
    }
    return cells;
  }

  private List<Cell> layer(int index, Example example, Layer layer, List<Explanation> shown) {
    Target target = settings.trueClass ? Target.of(example.label()) : Target.top();
    List<Entry> layerEntries = entries.stream().filter(entry -> entry.layer() == layer).toList();
    MethodMaps maps = MethodMaps.of(layer.explainer(), example.picture(), settings.methods, target);
    shown.addAll(maps.maps().values());
    float[] input = layer.explainer().model().preprocessing().apply(example.picture());
    List<Job> jobs = new ArrayList<>();
    for (Entry entry : layerEntries) {
      Explanation map = maps.maps().get(entry.method());
      if (map != null) {
        Mask mask = example.mask() == null ? null : map.cropped(example.mask());
        Trial trial =
            new Trial(
                map,
                input,
                layer.explainer().model().preprocessing().width(),
                layer.explainer().model().preprocessing().height(),
                mask,
                settings.seed + index);
        settings.metrics.forEach(metric -> jobs.add(new Job(metric, entry.method(), trial)));
      }
    }
    List<Measurement> measured = new ExperimentRunner(layer.explainer()).run(jobs);
    List<Cell> cells = new ArrayList<>();
    int at = 0;
    for (Entry entry : layerEntries) {
      Support refused = maps.refused().get(entry.method());
      if (refused != null) {
        cells.addAll(failed(index, List.of(entry), refused.reason()));
        continue;
      }
      for (Metric metric : settings.metrics) {
        cells.add(
            new Cell(
                index,
                example.name(),
                entry.contender(),
                metric.info().name(),
                measured.get(at++)));
      }
    }
    return cells;
  }

  private List<Cost> costs() {
    List<Picture> timed = new ArrayList<>();
    for (int i = 0; i < images.size() && timed.size() < TIMED; i++) {
      try {
        timed.add(images.get(i).picture());
      } catch (IOException | UnsupportedException e) {
        // It is a failed cell already.
        continue;
      }
    }
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < entries.size() && !timed.isEmpty(); i++) {
      Entry entry = entries.get(i);
      Plan.Row row = plan.get(i);
      Work work = row.work();
      if (work != null) {
        try {
          double[] times =
              timed.stream()
                  .mapToDouble(picture -> milliseconds(entry, picture))
                  .sorted()
                  .toArray();
          costs.add(
              new Cost(entry.contender(), 1 + work.passes(), median(times), row.bytes() / 1e6));
        } catch (UnsupportedException e) {
          // Its cells say why; what makes no map of a picture has no cost.
          continue;
        }
      }
    }
    return costs;
  }

  private static double milliseconds(Entry entry, Picture picture) {
    long start = System.nanoTime();
    entry.layer().explainer().explain(picture, entry.method(), Target.top());
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] sorted) {
    return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
  }
}
