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
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;

/** Explains all pictures of a set, in batches. */
record AuditRun(
    Explainer explainer, ImageSet images, Method method, long seed, IntConsumer progress) {

  /** The number of pictures that are explained at once, while as many more are read. */
  private static final int BATCH = 32;

  Audit run() {
    explainer.plan(List.of(method), Target.top()).rows().forEach(row -> row.support().require());
    ImageSet counted = explainer.labelled(images);
    List<AuditRow> rows = new ArrayList<>();
    try (ReadAhead<Example> ahead = new ReadAhead<>(counted.size(), BATCH, counted::get)) {
      for (int from = 0; from < images.size(); from += BATCH) {
        rows.addAll(rows(ahead, from, Math.min(images.size(), from + BATCH)));
        progress.accept(rows.size());
      }
    }
    return Audit.of(rows, seed);
  }

  private List<AuditRow> rows(ReadAhead<Example> ahead, int from, int to) {
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
    try {
      List<Explanation> explanations = explained(examples);
      for (int i = 0; i < examples.size(); i++) {
        int index = indices.get(i);
        rows[index - from] = AuditRow.of(index, examples.get(i), explanations.get(i));
      }
    } catch (UnsupportedException e) {
      // At least one of them is refused: find out which.
      for (int i = 0; i < examples.size(); i++) {
        int index = indices.get(i);
        rows[index - from] = row(index, examples.get(i));
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
