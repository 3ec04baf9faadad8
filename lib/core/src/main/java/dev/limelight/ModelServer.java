package dev.limelight;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.io.UnknownNameException;
import dev.limelight.isolation.MessageReader;
import dev.limelight.isolation.MessageWriter;
import dev.limelight.isolation.ParentLink;
import dev.limelight.isolation.RecordFormat;
import dev.limelight.method.Method;
import dev.limelight.method.Origin;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.support.UnknownClassException;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The process in which an isolated model is loaded and run: it answers one request at a time. */
@API(status = Status.INTERNAL)
public final class ModelServer {

  private static final int MOST = 1 << 20;
  private static final int LONGEST_MESSAGE = 4000;

  /** What can be asked. */
  enum Request {
    LOAD,
    LAYERS,
    WEIGHTED_LAYERS,
    DEFAULT_LAYER,
    PICTURES,
    CUT,
    FREE,
    SHUFFLE,
    CLOSE,
    EXPLAIN,
    DETECT,
    LOGITS,
    PLAN
  }

  /** How an answer begins. */
  enum Answer {
    /** A part of what was asked for. */
    PART,
    /** All that was asked for has been said. */
    DONE,
    /** It cannot be done; why follows. */
    REFUSED,
    /** So many passes were made. */
    PROGRESS
  }

  /** Why something cannot be done. */
  enum Refusal {
    FILE,
    UNSUPPORTED,
    NO_GRADIENT,
    ARGUMENT,
    STATE,
    OTHER,
    NAME,
    CLASS
  }

  /** One shuffled copy. */
  record Shuffle(int count, long seed) {}

  private final ParentLink parent;
  private final Map<List<Shuffle>, Runner> runners = new HashMap<>();
  private @Nullable ModelInfo model;

  private ModelServer(ParentLink parent) {
    this.parent = parent;
  }

  /** Takes the file that answers are written to. */
  public static void main(String[] args) throws IOException, InterruptedException {
    EngineName.preferInstalled();
    ModelServer server = new ModelServer(ParentLink.open(args[0]));
    while (true) {
      server.answer(server.parent.take());
    }
  }

  private void answer(MessageReader request) throws IOException {
    try {
      MessageWriter last = answered(request);
      parent.say(last);
    } catch (OutOfMemoryError e) {
      // What it leaves behind is unknown.
      ParentLink.endForWantOfMemory();
    } catch (Exception | LinkageError | StackOverflowError e) {
      Refusal kind = refusal(e);
      String message = message(kind, e instanceof UncheckedIOException ? e.getCause() : e);
      parent.say(new MessageWriter(Answer.REFUSED).put((byte) kind.ordinal()).put(message));
    }
  }

  private static Refusal refusal(Throwable error) {
    if (error instanceof UnknownClassException) {
      return Refusal.CLASS;
    }
    if (error instanceof UnsupportedException unsupported) {
      return unsupported.isNoGradient() ? Refusal.NO_GRADIENT : Refusal.UNSUPPORTED;
    }
    if (error instanceof UnknownNameException) {
      return Refusal.NAME;
    }
    if (error instanceof IllegalArgumentException) {
      return Refusal.ARGUMENT;
    }
    if (error instanceof IllegalStateException) {
      return Refusal.STATE;
    }
    return error instanceof IOException || error instanceof UncheckedIOException
        ? Refusal.FILE
        : Refusal.OTHER;
  }

  private static String message(Refusal kind, @Nullable Throwable error) {
    String own = error == null ? null : error.getMessage();
    String text = own == null ? "no reason given" : own;
    if (error instanceof FileSystemException file && file.getReason() == null) {
      text = file.getClass().getSimpleName().replaceFirst("Exception$", "") + ": " + text;
    }
    if (kind == Refusal.OTHER && error != null && !(error instanceof EngineException)) {
      text = error.getClass().getSimpleName() + ": " + text;
    }
    return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) : text;
  }

  private MessageWriter answered(MessageReader request) throws IOException {
    MessageWriter done = new MessageWriter(Answer.DONE);
    Request kind = request.kind(Request.values());
    if (kind == Request.LOAD) {
      load(request, done);
      return done;
    }
    List<Shuffle> shuffles =
        request.list(MOST, own -> new Shuffle(own.number(1, MOST), own.longNumber()));
    if (kind == Request.CLOSE) {
      Runner closed = runners.remove(shuffles);
      if (closed != null) {
        closed.close();
      }
      return done;
    }
    List<LayerPath> layers = request.list(MOST, AnswerFormat::path);
    Runner runner = runner(shuffles, layers);
    switch (kind) {
      case LAYERS -> {
        List<Layer> all = runner.layers(AnswerFormat.shape(request, 3));
        done.put(all, AnswerFormat::write);
      }
      case WEIGHTED_LAYERS -> done.put(runner.weightedLayers(), MessageWriter::put);
      case DEFAULT_LAYER -> done.put(runner.defaultLayer(AnswerFormat.shape(request, 3)).name());
      case PICTURES ->
          done.put(runner.pictures(AnswerFormat.shape(request, 3), request.number(1, MOST)));
      case CUT -> runner.open(layers).close();
      case FREE -> runner.free(layers);
      case EXPLAIN -> explain(runner, layers, request);
      case DETECT -> detect(runner, layers, request, done);
      case LOGITS -> logits(runner, layers, request, done);
      case PLAN -> plan(runner, layers, request, done);
      default -> {
        // A shuffled copy is there.
      }
    }
    return done;
  }

  private void load(MessageReader request, MessageWriter done) throws IOException {
    Explainer loaded = ModelSettings.read(request, this::progress).load();
    model = loaded.model();
    runners.put(List.of(), loaded.runner());
    AnswerFormat.write(done, loaded.model());
  }

  private void progress(long passes) {
    try {
      parent.say(new MessageWriter(Answer.PROGRESS).put(passes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The network, or a shuffled copy, which a process that is new makes again. */
  private Runner runner(List<Shuffle> shuffles, List<LayerPath> layers) {
    Runner known = runners.get(shuffles);
    if (known != null) {
      return known;
    }
    if (shuffles.isEmpty()) {
      throw new IllegalStateException("no model is loaded");
    }
    int last = shuffles.size() - 1;
    Shuffle own = shuffles.get(last);
    Runner copy = runner(shuffles.subList(0, last), layers).shuffled(own.count(), own.seed());
    runners.put(List.copyOf(shuffles), copy);
    return copy;
  }

  private void explain(Runner runner, List<LayerPath> layers, MessageReader request)
      throws IOException {
    int best = request.number(0, MOST);
    List<Method> methods = request.list(MOST, own -> (Method) RecordFormat.read(own));
    List<Target> targets = request.list(MOST, own -> (Target) RecordFormat.read(own));
    Source.Values part = values(request);
    Origin origin = (Origin) RecordFormat.read(request);
    int count = part.subjects().size();
    Question plain = Question.of(count, i -> new float[0]).methods(methods);
    Question question = best > 0 ? plain.best(best) : plain.targets(targets);
    ModelInfo loaded = Objects.requireNonNull(model, "a model is loaded");
    ModelInfo info = runner.read(loaded, layers, part.shape().slice(1));
    List<Explanation> all;
    try (Runner.Session session = runner.open(layers)) {
      all = session.explain(new ExplanationMaker(info, question, origin), part, 0);
    }
    for (int slot = 0; slot < question.slots(); slot++) {
      MessageWriter message = new MessageWriter(Answer.PART);
      List<Explanation> maps = all.subList(slot * count, (slot + 1) * count);
      AnswerFormat.write(message, maps);
      message.put(
          RecordFormat.texts((Record) maps.get(0).provenance().method(), "a method"),
          MessageWriter::put);
      parent.say(message);
    }
  }

  private static Source.Values values(MessageReader request) {
    Shape shape = AnswerFormat.shape(request, 4);
    float[] values = request.floats(shape.size());
    int count = (int) shape.get(0);
    return new Source.Values(
        values, shape, Subject.unseen(count, (int) shape.get(3), (int) shape.get(2)));
  }

  private static void detect(
      Runner runner, List<LayerPath> layers, MessageReader request, MessageWriter done) {
    NonMaximumSuppression suppression =
        (NonMaximumSuppression)
            Objects.requireNonNull(RecordFormat.read(request), "what counts as found");
    try (Runner.Session session = runner.open(layers)) {
      done.put(session.detect(values(request), suppression), AnswerFormat::write);
    }
  }

  private static void logits(
      Runner runner, List<LayerPath> layers, MessageReader request, MessageWriter done) {
    try (Runner.Session session = runner.open(layers)) {
      float[] logits = session.logits(values(request));
      done.put(logits.length).put(logits);
    }
  }

  private void plan(
      Runner runner, List<LayerPath> layers, MessageReader request, MessageWriter done) {
    Shape shape = AnswerFormat.shape(request, 3);
    List<Method> methods =
        new ArrayList<>(request.list(MOST, own -> (Method) RecordFormat.read(own)));
    Target target = (Target) Objects.requireNonNull(RecordFormat.read(request), "a target");
    try (Runner.Session session = runner.open(layers)) {
      done.put(session.plan(shape, methods, target), AnswerFormat::write);
    }
  }
}
