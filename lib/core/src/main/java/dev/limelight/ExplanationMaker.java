package dev.limelight;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.PlainArray;
import dev.limelight.event.MethodEvent;
import dev.limelight.event.Span;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.method.Origin;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.model.LayerPath;
import dev.limelight.output.Reading;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Logits;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes plain explanations out of what a network gives.
 *
 * @param model what is known about the model
 * @param question what is asked
 * @param origin where the inputs come from, or null where their pictures tell
 */
record ExplanationMaker(ModelInfo model, Question question, @Nullable Origin origin) {

  ExplanationMaker(ModelInfo model, Question question) {
    this(model, question, null);
  }

  /** Where the inputs of one batch come from. */
  Origin origin(List<Subject> subjects) {
    return origin != null
        ? origin
        : Subject.origin(subjects, model.preprocessing(), question.isOfOne());
  }

  /** The version of a library that is not released. */
  private static final String DEVELOPMENT = "development";

  /**
   * Explains one batch.
   *
   * @param passes the batch on its way through the network, one a layer
   * @param part what the batch shows
   * @param from the index of its first picture among all
   * @return for each target and, within it, each method one a picture
   */
  List<Explanation> explain(List<Pass> passes, Source.Part part, int from) {
    List<List<Explanation>> layers =
        passes.stream().map(pass -> explain(pass, part.subjects(), from)).toList();
    return layers.size() == 1
        ? layers.get(0)
        : IntStream.range(0, layers.get(0).size())
            .mapToObj(i -> Explanation.fused(layers.stream().map(layer -> layer.get(i)).toList()))
            .toList();
  }

  private List<Explanation> explain(Pass pass, List<Subject> subjects, int from) {
    if (question.best() > 0 || question.methods().size() > 1) {
      prepare(pass);
    }
    List<Target> resolved = resolved(pass, from, subjects);
    List<Evidence> evidence = pass.evidence(resolved);
    Origin known = origin(subjects);
    List<Explanation> all = new ArrayList<>();
    for (int t = 0; t < resolved.size(); t++) {
      for (Method method : question.methods()) {
        // What one method notes says nothing about another's map.
        Evidence own = evidence.get(t).from(known);
        Target target = resolved.get(t);
        Span span =
            Span.begin(
                () ->
                    new MethodEvent(
                        method.info().name(), pass.layer().name(), target, subjects.size()));
        RawMaps raw = RawMaps.of(own, target, map(method, own, pass, target));
        span.end();
        all.addAll(
            explanations(List.of(pass.layer()), subjects, target, method.resolved(own), raw));
      }
    }
    return all;
  }

  /** Only the best classes need the prediction first. */
  private List<Target> resolved(Pass pass, int from, List<Subject> subjects) {
    if (question.best() > 0) {
      Reading reading = model.reading();
      if (reading != null) {
        reading.checkClasses("each of the best classes");
      }
      NDArray logits = pass.logits();
      Logits.outputs(logits);
      return best(logits.toFloatArray(), subjects.size());
    }
    return targets(from, subjects).stream().map(model::resolved).toList();
  }

  /** What several layers give comes from the forward that everything else shares. */
  private void prepare(Pass pass) {
    Evidence evidence = pass.evidence(List.of(Target.top())).get(0);
    for (Method method : question.methods()) {
      try {
        method.prepare(evidence);
      } catch (UnsupportedException e) {
        // The same is said when its map is asked for.
        continue;
      }
    }
  }

  /** Those that are asked for, of the pictures of this batch, in pixels of the input. */
  List<Target> targets(int from, List<Subject> subjects) {
    int count = subjects.size();
    Stream<? extends Target> own =
        count == question.source().count()
            ? question.targets().stream()
            : question.targets().stream().map(target -> target.slice(from, count));
    return own.map(target -> seen(target, subjects)).toList();
  }

  private static Target seen(Target target, List<Subject> subjects) {
    Subject first = subjects.get(0);
    return subjects.stream().anyMatch(one -> one.region() == null)
        ? target
        : target.seen(
            subjects.stream().map(Subject::framing).toList(), first.width(), first.height());
  }

  /**
   * The best classes, one target a rank.
   *
   * @param logits (N, K)
   */
  List<Target> best(float[] logits, int count) {
    int k = logits.length / count;
    int[][] ranked = new int[question.best()][count];
    for (int i = 0; i < count; i++) {
      float[] own = Arrays.copyOfRange(logits, i * k, (i + 1) * k);
      List<Integer> best = Logits.best(own, ranked.length, model.binary(), model.kind());
      for (int rank = 0; rank < ranked.length; rank++) {
        ranked[rank][i] = best.get(rank);
      }
    }
    return Arrays.stream(ranked).map(Target::each).map(model::resolved).toList();
  }

  private static PlainArray map(Method method, Evidence evidence, Pass pass, Target target) {
    try {
      return method.numbers(evidence);
    } catch (UnsupportedException e) {
      throw offering(e, pass, target);
    }
  }

  /**
   * For want of a gradient, the same with the methods that need none; or why none of them can run
   * either, as the output has no such target.
   */
  private static UnsupportedException offering(UnsupportedException e, Pass pass, Target target) {
    if (!e.isNoGradient()) {
      return e;
    }
    try {
      target.score(pass.logits());
    } catch (UnsupportedException other) {
      return other;
    }
    return e.offering(
        Methods.all().stream()
            .map(Method::info)
            .filter(info -> !info.gradients())
            .map(MethodInfo::name)
            .toList());
  }

  /** The cost of each method at one layer. */
  static List<Plan.Row> plan(Pass pass, List<? extends Method> methods, Target target) {
    String layer = pass.layer().name();
    Conditions conditions = pass.conditions(target);
    List<Plan.Row> rows = new ArrayList<>();
    for (Method method : methods) {
      String name = method.info().name();
      try {
        Work work = method.work(conditions);
        rows.add(new Plan.Row(name, layer, work, pass.bytes(work), Support.yes()));
      } catch (UnsupportedException e) {
        rows.add(new Plan.Row(name, layer, null, 0, Support.no(offering(e, pass, target))));
      }
    }
    return rows;
  }

  /**
   * Makes plain explanations of one target by one method.
   *
   * @param layers of which there is one map
   */
  List<Explanation> explanations(
      List<LayerPath> layers, List<Subject> subjects, Target target, Method method, RawMaps raw) {
    model.checkLabels(raw.outputs());
    String unit = layers.size() > 1 ? Heatmap.RELATIVE : method.unit(model.unit(target));
    boolean binary = model.binary() || target.binary();
    List<Explanation> all = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      float[] own = raw.logits(i);
      checkFinite(own, subjects.get(i).picture(), i);
      // The best class of one picture is not that of the others.
      Target one = question.best() > 0 ? target.slice(i, 1) : target;
      all.add(
          new Explanation(
              subjects.get(i),
              new Prediction(own, model.labels(), binary, one.kind(model.kind())),
              new Explanation.Spoken(raw.classes()[i], one.caption(model.labels())),
              heatmap(raw.width(), raw.height(), raw.map(i), unit),
              method.info().name(),
              ExplainedBox.onPicture(raw.notes(i), subjects.get(i)),
              provenance(layers, method, one),
              subjects.get(i).placed(raw.segments().get(i))));
    }
    return all;
  }

  /** A network may give a picture a map that is not finite: it has none, and others may have. */
  private static Heatmap heatmap(int width, int height, float[] values, String unit) {
    try {
      return new Heatmap(width, height, values, unit);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkFinite(float[] logits, @Nullable Picture picture, int index) {
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        throw new UnsupportedException(
            "the network's output for "
                + (picture == null ? "picture " + index : picture.name())
                + " is "
                + logit
                + "; check its weights for NaN and the range of its input");
      }
    }
  }

  private Provenance provenance(List<LayerPath> layers, Method method, Target target) {
    String version = ExplanationMaker.class.getPackage().getImplementationVersion();
    return new Provenance(method, layers, target, model, version == null ? DEVELOPMENT : version);
  }
}
