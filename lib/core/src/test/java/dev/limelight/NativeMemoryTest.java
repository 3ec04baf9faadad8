package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Work;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explaining again and again takes no more memory, from any thread, and can be stopped. */
class NativeMemoryTest {

  /** What allocators keep and give back as they please; a forward of the network leaks more. */
  private static final long NOISE = 192L << 20;

  private static final int EXPLANATIONS = 1000;

  /** A leak grows each time; a heap or a pool that takes its size does so once. */
  private static final int REPETITIONS = 3;

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void aThousandExplanationsOfEachMethodLeaveNothing(String kind) throws IOException {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      // Small, as what is kept does not depend on the size, and there are many.
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1, :, :16, :16");
      Explainer at = explainer.at(TinyResNet.path(kind, "layer2"));
      // What a graph and an archive are run by is what a symbol and blocks are run by.
      int explanations = List.of("symbol", "PyTorch").contains(kind) ? EXPLANATIONS : 200;
      ProcessMemory.growHeap();
      for (Method method : Methods.all()) {
        Plan.Row row = at.plan(List.of(method), Target.top()).rows().get(0);
        // One of many passes opens and closes as many scopes in fewer explanations.
        double passes = row.runs() ? passes(row.work()) : Double.POSITIVE_INFINITY;
        int rounds = (int) (explanations * Math.min(1, 5 / passes));
        explain(at, method, x, Math.min(20, rounds));
        int arrays = model.getNDManager().getManagedArrays().size();
        List<Long> growth = new ArrayList<>();
        do {
          long resident = ProcessMemory.resident();
          explain(at, method, x, rounds);
          growth.add(ProcessMemory.resident() - resident);
        } while (growth.get(growth.size() - 1) >= NOISE && growth.size() < REPETITIONS);
        assertThat(model.getNDManager().getManagedArrays().size())
            .as("arrays after %s on %s", row.method(), kind)
            .isEqualTo(arrays);
        assertThat(growth)
            .as("resident bytes more after each repetition of %s on %s", row.method(), kind)
            .anyMatch(bytes -> bytes < NOISE);
      }
    }
  }

  private static long passes(Work work) {
    return work.forwards() + work.headForwards() + work.backwards();
  }

  private static void explain(Explainer explainer, Method method, NDArray x, int times) {
    for (int i = 0; i < times; i++) {
      explainer.explain(Question.of(x).methods(method).targets(Target.of(i % 4)));
    }
  }

  @Test
  void eightThreadsGetTheAnswersOfOne() throws Exception {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      List<Method> methods = runnable(explainer.at("layer3"));
      List<float[]> expected = new ArrayList<>();
      methods.forEach(m -> expected.add(map(explainer.at("layer3"), m, x)));
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<float[]>> found = new ArrayList<>();
        for (int i = 0; i < 2 * methods.size(); i++) {
          Method method = methods.get(i % methods.size());
          found.add(threads.submit(() -> map(explainer.at("layer3"), method, x)));
        }
        for (int i = 0; i < found.size(); i++) {
          assertThat(found.get(i).get())
              .as("%s", methods.get(i % methods.size()))
              .containsExactly(expected.get(i % methods.size()));
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static List<Method> runnable(Explainer explainer) {
    return Methods.all().stream()
        .filter(method -> explainer.plan(List.of(method), Target.top()).rows().get(0).runs())
        .toList();
  }

  private static float[] map(Explainer explainer, Method method, NDArray x) {
    return explainer
        .explain(Question.of(x).methods(method).targets(Target.of(1)))
        .get(0)
        .map()
        .values();
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch"})
  void anInterruptStopsALongMethodAndLeavesTheExplainerUsable(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      Explainer at = explainer.at(TinyResNet.path(kind, "layer2"));
      int stopped = 0;
      for (Method method : runnable(at)) {
        Work work = at.plan(List.of(method), Target.top()).rows().get(0).work();
        if (work.forwards() + work.headForwards() + work.backwards() > 1) {
          float[] expected = map(at, method, x);
          int arrays = model.getNDManager().getManagedArrays().size();
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(() -> map(at, method, x))
                .as("%s", method)
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
          assertThat(model.getNDManager().getManagedArrays().size()).isEqualTo(arrays);
          assertThat(map(at, method, x)).containsExactly(expected);
          stopped++;
        }
      }
      assertThat(stopped).isPositive();
    }
  }
}
