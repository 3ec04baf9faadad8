package dev.limelight;

import ai.djl.ndarray.types.Shape;
import dev.limelight.ModelServer.Request;
import dev.limelight.ModelServer.Shuffle;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.image.Picture;
import dev.limelight.isolation.MessageReader;
import dev.limelight.isolation.MessageWriter;
import dev.limelight.isolation.ProtocolException;
import dev.limelight.isolation.RecordFormat;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network in a separate process: pictures become inputs here, and inputs become plain maps
 * there.
 *
 * @param model in its process, which the copies share
 * @param shuffles by which this copy was made, or none
 */
record IsolatedRunner(IsolatedModel model, List<Shuffle> shuffles) implements Runner {

  private static final String LAYERS = "listing the layers";

  private MessageWriter request(Request kind, Collection<LayerPath> layers) {
    return new MessageWriter(kind)
        .put(shuffles, (writer, shuffle) -> writer.put(shuffle.count()).put(shuffle.seed()))
        .put(layers, (writer, layer) -> writer.put(layer.name()));
  }

  private MessageWriter request(Request kind, Shape input) {
    MessageWriter request = request(kind, List.of());
    AnswerFormat.write(request, input);
    return request;
  }

  @Override
  public List<Layer> layers(Shape input) {
    return model.ask(
        LAYERS,
        1,
        request(Request.LAYERS, input),
        answer -> answer.list(AnswerFormat.MOST, AnswerFormat::layer));
  }

  @Override
  public List<String> weightedLayers() {
    return model.ask(
        LAYERS,
        1,
        request(Request.WEIGHTED_LAYERS, List.of()),
        answer -> answer.list(AnswerFormat.MOST, own -> own.text(AnswerFormat.LONGEST)));
  }

  @Override
  public LayerPath defaultLayer(Shape input) {
    return model.ask(LAYERS, 1, request(Request.DEFAULT_LAYER, input), AnswerFormat::path);
  }

  @Override
  public int pictures(Shape picture, int count) {
    return count <= 1
        ? 1
        : model.ask(
            "sizing a batch",
            1,
            request(Request.PICTURES, picture).put(Math.min(count, AnswerFormat.MOST)),
            answer -> answer.number(1, Limits.MOST_PICTURES));
  }

  @Override
  public Session open(List<LayerPath> layers) {
    model.ask("cutting the network", 1, request(Request.CUT, layers), answer -> layers);
    return new CutNetwork(layers);
  }

  /** The process measured it when it loaded the model. */
  @Override
  public boolean isMeasured() {
    return true;
  }

  @Override
  public ModelInfo measured(ModelInfo known) {
    return known;
  }

  @Override
  public void free(Collection<LayerPath> layers) {
    model.tell("freeing layers", request(Request.FREE, layers));
  }

  @Override
  public Runner shuffled(int count, long seed) {
    List<Shuffle> all = new ArrayList<>(shuffles);
    all.add(new Shuffle(count, seed));
    IsolatedRunner copy = new IsolatedRunner(model, List.copyOf(all));
    model.ask("shuffling weights", 1, copy.request(Request.SHUFFLE, List.of()), answer -> copy);
    return copy;
  }

  @Override
  public void close() {
    if (shuffles.isEmpty()) {
      model.close();
    } else {
      model.tell("closing a copy", request(Request.CLOSE, List.of()));
    }
  }

  /**
   * What the process answers for one target by one method.
   *
   * @param method with what it chose for the network, such as finer layers
   */
  private record Slot(RawMaps raw, Method method) {}

  private final class CutNetwork implements Session {

    private final List<LayerPath> layers;

    private CutNetwork(List<LayerPath> layers) {
      this.layers = layers;
    }

    private MessageWriter request(Request kind) {
      return IsolatedRunner.this.request(kind, layers);
    }

    @Override
    public List<Explanation> explain(ExplanationMaker maker, Source.Part part, int from) {
      Question question = maker.question();
      int count = part.subjects().size();
      List<Target> targets = question.best() > 0 ? List.of() : maker.targets(from, part.subjects());
      MessageWriter request = request(Request.EXPLAIN).put(question.best());
      putMethods(request, question.methods());
      request.put(targets, CutNetwork::putTarget);
      put(request, part);
      RecordFormat.write(request, maker.origin(part.subjects()), "the origin of the inputs");
      List<Slot> slots =
          model.ask(
              "explaining " + described(part.subjects()),
              count,
              request,
              question.slots(),
              answers -> slots(answers, count, question.methods()));
      List<Target> resolved =
          question.best() > 0
              ? maker.best(slots.get(0).raw().logits(), count)
              : targets.stream().map(maker.model()::resolved).toList();
      List<Explanation> all = new ArrayList<>();
      for (int slot = 0; slot < slots.size(); slot++) {
        Target target = resolved.get(slot / question.methods().size());
        Slot own = slots.get(slot);
        all.addAll(maker.explanations(layers, part.subjects(), target, own.method(), own.raw()));
      }
      return all;
    }

    @Override
    public List<Detection> detect(Source.Part part, NonMaximumSuppression suppression) {
      MessageWriter request = request(Request.DETECT);
      RecordFormat.write(request, suppression, "what counts as found");
      put(request, part);
      return model.ask(
          "looking for boxes in " + described(part.subjects()),
          1,
          request,
          answer -> answer.list(suppression.most(), AnswerFormat::detection));
    }

    @Override
    public <T> T evidence(Source.Part part, Target target, Function<Evidence, T> function) {
      throw new UnsupportedException(
          "concepts need the activations of a layer, which do not leave a model's own process; run"
              + " a model that you trust without --isolated");
    }

    private static List<Slot> slots(
        List<MessageReader> answers, int count, List<? extends Method> methods) {
      List<Slot> all = new ArrayList<>();
      for (MessageReader answer : answers.subList(0, answers.size() - 1)) {
        RawMaps raw = AnswerFormat.maps(answer, count);
        Method asked = methods.get(all.size() % methods.size());
        List<String> texts = answer.list(AnswerFormat.MOST, own -> own.text(AnswerFormat.LONGEST));
        answer.end();
        all.add(
            new Slot(raw, (Method) RecordFormat.withTexts((Record) asked, texts, named(asked))));
        if (all.get(0).raw().outputs() != raw.outputs()) {
          throw new ProtocolException("one network has different numbers of outputs");
        }
      }
      return all;
    }

    private static void putMethods(MessageWriter request, List<? extends Method> methods) {
      request.put(
          List.copyOf(methods),
          (writer, method) -> RecordFormat.write(writer, method, named(method)));
    }

    private static String named(Method method) {
      return "the method '" + method.info().name() + "'";
    }

    private static void putTarget(MessageWriter request, Target target) {
      RecordFormat.write(request, target, "the target '" + target + "'");
    }

    private static void put(MessageWriter request, Source.Part part) {
      AnswerFormat.write(request, part.shape());
      request.put(part.values());
    }

    private static String described(List<Subject> subjects) {
      List<String> names =
          IntStream.range(0, subjects.size())
              .mapToObj(i -> name(subjects.get(i).picture(), i))
              .toList();
      String first = names.get(0);
      return names.size() == 1
          ? first
          : Count.of(names.size(), "picture")
              + " from "
              + first
              + " to "
              + names.get(names.size() - 1);
    }

    private static String name(@Nullable Picture picture, int index) {
      return picture == null ? "input " + index : picture.name();
    }

    @Override
    public float[] logits(Source.Part part) {
      int count = part.subjects().size();
      MessageWriter request = request(Request.LOGITS);
      put(request, part);
      return model.ask(
          "predicting " + Count.of(count, "input"),
          count,
          request,
          answer -> {
            float[] all = answer.floats(answer.number(count, Integer.MAX_VALUE));
            if (all.length % count != 0) {
              throw new ProtocolException(all.length + " outputs of " + count + " pictures");
            }
            return all;
          });
    }

    @Override
    public void measure(Shape picture) {
      // It is measured when the model is loaded.
    }

    @Override
    public List<Plan.Row> plan(Shape input, List<? extends Method> methods, Target target) {
      MessageWriter request = request(Request.PLAN);
      AnswerFormat.write(request, input);
      putMethods(request, methods);
      putTarget(request, target);
      return model.ask("planning", 1, request, answer -> rows(answer, methods));
    }

    private List<Plan.Row> rows(MessageReader answer, List<? extends Method> methods) {
      int count = answer.number(layers.size() * methods.size(), layers.size() * methods.size());
      List<Plan.Row> rows = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Method method = methods.get(i % methods.size());
        rows.add(AnswerFormat.row(answer, method.info().name()));
      }
      return rows;
    }

    @Override
    public void close() {
      // The process keeps the cut until it is freed.
    }
  }
}
