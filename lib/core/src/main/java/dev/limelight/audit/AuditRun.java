package dev.limelight.audit;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Picture;
import dev.limelight.io.ReadAhead;
import dev.limelight.method.Method;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import dev.limelight.support.Workers;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Explains all pictures of a set, in batches, on as many threads as the explainer takes. */
record AuditRun(
    Explainer explainer, ImageSet images, Method method, long seed, IntConsumer progress) {

  /** The number of pictures that are explained at once, while as many more are read. */
  private static final int BATCH = 32;

  /** What each of several threads explains at once: one batch of the network. */
  private static final int OF_SEVERAL = 2;

  Audit run() {
    explainer.plan(List.of(method), Target.top()).rows().forEach(row -> row.support().require());
    ImageSet counted = explainer.labelled(images);
    int threads = explainer.concurrency();
    int size = threads == 1 ? BATCH : OF_SEVERAL;
    Map<Integer, List<AuditRow>> rows = new ConcurrentSkipListMap<>();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    try (ReadAhead<Example> ahead = new ReadAhead<>(counted.size(), BATCH, counted::get)) {
      Workers.run(
          threads,
          () -> {
            Chunk chunk;
            synchronized (ahead) {
              int from = next.getAndAdd(size);
              if (from >= images.size()) {
                return false;
              }
              chunk = read(ahead, from, Math.min(images.size(), from + size));
            }
            rows.put(chunk.from(), rows(chunk));
            synchronized (done) {
              progress.accept(done.addAndGet(chunk.rows().length));
            }
            return true;
          });
    }
    return Audit.of(rows.values().stream().flatMap(List::stream).toList(), seed);
  }

  /**
   * Pictures that are explained at once.
   *
   * @param from the index of the first
   * @param rows those of pictures that cannot be read, and else null
   * @param examples the others
   * @param indices of these
   */
  private record Chunk(int from, AuditRow[] rows, List<Example> examples, List<Integer> indices) {}

  private Chunk read(ReadAhead<Example> ahead, int from, int to) {
    AuditRow[] rows = new AuditRow[to - from];
    List<Example> examples = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after " + Count.of(from, "picture"));
      }
      try {
        examples.add(ahead.next());
        indices.add(i);
      } catch (IOException | UnsupportedException e) {
        rows[i - from] = AuditRow.failed(i, images.name(i), reason(e));
      }
    }
    return new Chunk(from, rows, examples, indices);
  }

  private List<AuditRow> rows(Chunk chunk) {
    AuditRow[] rows = chunk.rows().clone();
    List<Example> examples = chunk.examples();
    try {
      List<Explanation> explanations = explained(examples);
      for (int i = 0; i < examples.size(); i++) {
        int index = chunk.indices().get(i);
        rows[index - chunk.from()] = AuditRow.of(index, examples.get(i), explanations.get(i));
      }
    } catch (UnsupportedException e) {
      // At least one of them is refused: find out which.
      for (int i = 0; i < examples.size(); i++) {
        int index = chunk.indices().get(i);
        rows[index - chunk.from()] = row(index, examples.get(i));
      }
    }
    return List.of(rows);
  }

  private List<Explanation> explained(List<Example> examples) {
    List<Picture> pictures = examples.stream().map(Example::picture).toList();
    return explainer.explain(Question.of(pictures).ofSet().methods(method));
  }

  private AuditRow row(int index, Example example) {
    try {
      return AuditRow.of(index, example, explained(List.of(example)).get(0));
    } catch (UnsupportedException e) {
      return AuditRow.failed(index, example.name(), reason(e));
    }
  }

  private static String reason(Exception e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }
}
