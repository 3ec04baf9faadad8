package dev.limelight.evaluation;

import dev.limelight.Explainer;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.io.Names;
import dev.limelight.method.Method;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.Similarity;
import dev.limelight.model.LayerPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Methods at layers, measured by metrics on the same pictures: immutable, plain values.
 *
 * @param pictures how many there were
 * @param contenders the methods at their layers, in the order in which they were asked for
 * @param metrics what they were measured by, in that order
 * @param cells every measurement: by picture, contender and metric
 * @param costs one a contender that can run
 * @param seed of everything random
 */
public record Evaluation(
    int pictures,
    List<Contender> contenders,
    List<MetricInfo> metrics,
    List<Cell> cells,
    List<Cost> costs,
    long seed) {

  /** Keeps its own lists. */
  public Evaluation {
    contenders = List.copyOf(contenders);
    metrics = List.copyOf(metrics);
    cells = new IndexedCells(cells);
    costs = List.copyOf(costs);
  }

  /** Runs the whole grid in memory; {@link #builder} has more settings. */
  public static Evaluation of(
      Explainer explainer,
      ImageSet images,
      List<? extends Method> methods,
      List<LayerPath> layers,
      List<? extends Metric> metrics) {
    try {
      return builder()
          .setExplainer(explainer)
          .setImages(images)
          .optMethods(methods)
          .optLayers(layers)
          .optMetrics(metrics)
          .run();
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written without a folder", e);
    }
  }

  /** Collects the settings. */
  public static EvaluationBuilder builder() {
    return new EvaluationBuilder();
  }

  /**
   * The mean of every contender by one metric with its interval, the best first; those without a
   * measurement last.
   */
  public List<MetricSummary> ranking(String metric) {
    MetricInfo info = info(metric);
    ToDoubleFunction<MetricSummary> badness =
        one ->
            Double.isNaN(one.mean())
                ? Double.POSITIVE_INFINITY
                : info.higherIsBetter() ? -one.mean() : one.mean();
    return contenders.stream()
        .map(contender -> summary(contender, info))
        .sorted(Comparator.comparingDouble(badness))
        .toList();
  }

  /** The mean of one contender by one metric. */
  public MetricSummary summary(Contender contender, String metric) {
    return summary(contender, info(metric));
  }

  /**
   * The mean of a method by one metric.
   *
   * @throws IllegalArgumentException if it was not measured, or at several layers
   */
  public MetricSummary summary(String method, String metric) {
    List<Contender> called =
        contenders.stream().filter(one -> one.method().equals(method)).toList();
    if (called.size() != 1) {
      throw new IllegalArgumentException(
          "the summary of a method takes one contender of that name, and '"
              + method
              + "' is "
              + called.size()
              + " of "
              + contenders);
    }
    return summary(called.get(0), metric);
  }

  private MetricSummary summary(Contender contender, MetricInfo metric) {
    double[] values = values(contender, metric.name());
    double[] interval = Statistics.interval(values, seed);
    return new MetricSummary(
        contender,
        metric.name(),
        metric.higherIsBetter(),
        values.length,
        of(contender, metric.name()).size() - values.length,
        Statistics.mean(values),
        interval[0],
        interval[1]);
  }

  private double[] values(Contender contender, String metric) {
    return of(contender, metric).stream()
        .filter(cell -> cell.measurement().measured())
        .mapToDouble(cell -> cell.measurement().value())
        .toArray();
  }

  /** Every contender against every control that is among them, by one metric. */
  public List<Comparison> comparisons(String metric) {
    MetricInfo info = info(metric);
    List<Comparison> comparisons = new ArrayList<>();
    for (Contender contender : contenders) {
      for (Contender control : contenders) {
        if (!contender.control()
            && control.control()
            && control.layer().equals(contender.layer())) {
          comparisons.add(
              Comparison.of(contender, of(contender, metric), control, of(control, metric), info));
        }
      }
    }
    return Comparison.corrected(comparisons);
  }

  /**
   * How far two metrics put the contenders into the same order: Spearman's correlation of their
   * means, better counted upwards; 1 if they agree, -1 if they turn it around, NaN where fewer than
   * three contenders have both.
   */
  public double agreement(String metric, String other) {
    List<double[]> pairs = new ArrayList<>();
    for (Contender contender : contenders) {
      double one = good(contender, metric);
      double two = good(contender, other);
      if (!Double.isNaN(one) && !Double.isNaN(two)) {
        pairs.add(new double[] {one, two});
      }
    }
    return pairs.size() < 3
        ? Double.NaN
        : Similarity.spearman(
            pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
            pairs.stream().mapToDouble(pair -> pair[1]).toArray());
  }

  /** The mean, counted so that more is better; without its interval, which is slow to compute. */
  private double good(Contender contender, String metric) {
    double mean = Statistics.mean(values(contender, metric));
    return info(metric).higherIsBetter() ? mean : -mean;
  }

  /**
   * The contenders of which no other is both better by a metric and cheaper, cheapest first: those
   * that are worth a thought.
   */
  public List<Contender> paretoFront(String metric) {
    return paretoFront(metric, Cost::milliseconds);
  }

  /**
   * The same with another price.
   *
   * @param price what is paid for a map, such as {@code Cost::passes}, which is the same on every
   *     machine
   */
  public List<Contender> paretoFront(String metric, ToDoubleFunction<Cost> price) {
    List<Contender> front = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    Comparator<Cost> cheapest =
        Comparator.comparingDouble(price).thenComparing(cost -> -good(cost.contender(), metric));
    for (Cost cost : costs.stream().sorted(cheapest).toList()) {
      double value = good(cost.contender(), metric);
      if (value > best) {
        best = value;
        front.add(cost.contender());
      }
    }
    return front;
  }

  /** The mean of the curves whose area is measured, such as that of deletion; empty without any. */
  public double[] curve(Contender contender, String metric) {
    List<Cell> curved =
        of(contender, metric).stream()
            .filter(cell -> !cell.measurement().curve().isEmpty())
            .toList();
    if (curved.isEmpty()) {
      return new double[0];
    }
    double[] mean = new double[curved.get(0).measurement().curve().size()];
    for (Cell cell : curved) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += cell.measurement().curve().get(i) / curved.size();
      }
    }
    return mean;
  }

  /** What tables and charts call a contender: its method, and its layer where there are several. */
  public String name(Contender contender) {
    boolean one = contenders.stream().map(Contender::layer).distinct().count() == 1;
    return one ? contender.method() : contender.toString();
  }

  /** The cost of a contender, if it can run. */
  public Optional<Cost> cost(Contender contender) {
    return costs.stream().filter(cost -> cost.contender().equals(contender)).findFirst();
  }

  /** The measurements of one contender by one metric, a picture each, in their order. */
  public List<Cell> of(Contender contender, String metric) {
    return ((IndexedCells) cells).of(contender, metric);
  }

  private MetricInfo info(String metric) {
    return metrics.stream()
        .filter(one -> one.name().equals(metric))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no metric '"
                        + metric
                        + "' was measured; "
                        + Names.offer(metric, metrics.stream().map(MetricInfo::name).toList())));
  }

  /**
   * A method at a layer, as an evaluation compares them.
   *
   * @param method its name
   * @param layer where the network was cut
   * @param control whether it looks at no class, so that any method should beat it
   */
  public record Contender(String method, String layer, boolean control) {

    @Override
    public String toString() {
      return method + " at " + layer;
    }
  }

  /**
   * The cost of a contender's map.
   *
   * @param contender the method at its layer
   * @param passes forwards and backwards of the network, or of what follows the layer, as planned;
   *     the forward that gives the prediction is one of them
   * @param milliseconds the median time of one picture alone, its forward included
   * @param megabytes about how much memory it needs at once, as planned
   */
  public record Cost(Contender contender, long passes, double milliseconds, double megabytes) {}

  /**
   * The result of a metric for a contender over all pictures.
   *
   * @param contender the method at its layer
   * @param metric by its name
   * @param higherIsBetter whether a larger mean is better
   * @param count how many maps were measured
   * @param discarded how many could not be
   * @param mean of those that were; NaN if none was
   * @param low the lower end of the 95 % interval of the mean: by the bootstrap over pictures with
   *     expanded percentiles (Efron 1979, Hesterberg 2015), and Wilson's where every value is 0 or
   *     1; NaN below six pictures, of which not even the range holds the median in 95 % of cases
   * @param high its upper end
   */
  public record MetricSummary(
      Contender contender,
      String metric,
      boolean higherIsBetter,
      int count,
      int discarded,
      double mean,
      double low,
      double high) {

    /** Whether there are enough pictures for an interval. */
    public boolean hasInterval() {
      return !Double.isNaN(low);
    }

    /** Whether its interval is wholly on the better side of another's. */
    public boolean isAbove(MetricSummary other) {
      return higherIsBetter ? low > other.high : high < other.low;
    }
  }
}
