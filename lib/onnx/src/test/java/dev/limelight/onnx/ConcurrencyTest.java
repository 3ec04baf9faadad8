package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.audit.Audit;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that several threads explain at once are explained as one after the other. */
class ConcurrencyTest {

  private static final int PICTURES = 37;

  private final String threads = System.getProperty(OnnxSessions.THREADS);

  @AfterEach
  void theNumberOfThreadsIsThatOfBefore() {
    if (threads == null) {
      System.clearProperty(OnnxSessions.THREADS);
    } else {
      System.setProperty(OnnxSessions.THREADS, threads);
    }
  }

  private static ExplainerBuilder builder() {
    return Explainer.builder().setModel(TinyResNet.onnxFile()).optLabels(TinyResNet.LABELS);
  }

  private static List<Picture> pictures() {
    return IntStream.range(0, PICTURES).mapToObj(ConcurrencyTest::picture).toList();
  }

  private static Picture picture(int seed) {
    Random random = new Random(seed);
    int[] rgb = random.ints(40 * 40, 0, 1 << 24).toArray();
    // Whole regions of a colour, as noise looks alike everywhere.
    int from = random.nextInt(20);
    for (int y = from; y < from + 15; y++) {
      for (int x = from; x < from + 20; x++) {
        rgb[40 * y + x] = seed * 0x1F3A57 & 0xFFFFFF;
      }
    }
    return Picture.of(40, 40, rgb, "picture " + seed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"grad-cam", "saliency", "guided-backprop", "score-cam", "lrp", "layer-cam"})
  void mapsAreThoseOfOneThread(String method) throws IOException {
    Question question =
        Question.of(pictures())
            .methods(Methods.named(method), Methods.named("grad-cam++"))
            .targets(Target.top(), Target.of(1));
    try (Explainer one = builder().load();
        Explainer several = builder().optThreads(3).optConcurrency(3).load()) {
      assertThat(one.concurrency()).isEqualTo(1);
      assertThat(several.concurrency()).isEqualTo(3);
      List<Explanation> expected = List.copyOf(one.explain(question));
      for (int turn = 0; turn < 3; turn++) {
        List<Explanation> actual = List.copyOf(several.explain(question));
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
          Heatmap map = expected.get(i).map();
          float largest = Math.max(Math.abs(map.max()), Math.abs(map.min()));
          assertThat(actual.get(i).method()).isEqualTo(expected.get(i).method());
          assertThat(actual.get(i).picture()).isEqualTo(expected.get(i).picture());
          assertThat(map.maxDifference(actual.get(i).map()))
              .as("%d: %s", i, expected.get(i).method())
              .isLessThanOrEqualTo(1e-5 * Math.max(1, largest));
        }
      }
    }
  }

  @Test
  void anAuditHasTheRowsOfOneThread() throws IOException {
    List<Picture> pictures = pictures();
    ImageSet set =
        new ImageSet() {
          @Override
          public int size() {
            return pictures.size();
          }

          @Override
          public List<String> labels() {
            return List.of();
          }

          @Override
          public Example get(int index) throws IOException {
            if (index == 7) {
              throw new IOException("number 7 is damaged");
            }
            return new Example(name(index), pictures.get(index), -1, null);
          }

          @Override
          public String name(int index) {
            return "picture " + index;
          }
        };
    try (Explainer one = builder().load();
        Explainer several = builder().optThreads(2).optConcurrency(2).load()) {
      List<Integer> done = new ArrayList<>();
      Audit audit =
          Audit.builder().setExplainer(several).setImages(set).optProgress(done::add).run();
      assertThat(done).isSorted().endsWith(PICTURES);
      Audit expected = Audit.of(one, set);
      assertThat(audit.rows()).hasSize(PICTURES);
      for (int i = 0; i < PICTURES; i++) {
        assertThat(audit.rows().get(i).name()).isEqualTo("picture " + i);
        assertThat(audit.rows().get(i).predicted()).isEqualTo(expected.rows().get(i).predicted());
        assertThat(audit.rows().get(i).failed()).isEqualTo(i == 7);
      }
      assertThat(audit.toString()).isEqualTo(expected.toString());
    }
  }

  @Test
  void aListenerIsCalledByOneThreadAtATime() throws IOException {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger passes = new AtomicInteger();
    Set<Integer> most = ConcurrentHashMap.newKeySet();
    try (Explainer several =
        builder()
            .optThreads(3)
            .optConcurrency(3)
            .optProgress(
                count -> {
                  most.add(inside.incrementAndGet());
                  passes.addAndGet((int) count);
                  inside.decrementAndGet();
                })
            .load()) {
      several.explain(Question.of(pictures()).methods(Methods.named("score-cam")));
      assertThat(passes.get()).isGreaterThan(PICTURES);
      assertThat(most).containsExactly(1);
    }
  }

  /** No more explain at once than there are threads, and the engine's threads are shared. */
  @Test
  void theThreadsOfTheEngineAreShared() throws IOException {
    try (Explainer explainer = builder().optThreads(4).optConcurrency(2).load()) {
      assertThat(explainer.concurrency()).isEqualTo(2);
      assertThat(EngineName.ONNX_RUNTIME.threads()).isEqualTo(2);
    }
    try (Explainer explainer = builder().optThreads(2).optConcurrency(9).load()) {
      assertThat(explainer.concurrency()).isEqualTo(2);
      assertThat(EngineName.ONNX_RUNTIME.threads()).isEqualTo(1);
    }
  }

  @Test
  void otherEnginesTakeTurns() throws IOException {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(TinyResNet.folder().resolve("tiny-resnet-traced.pt"))
            .optConcurrency(2)
            .load()) {
      assertThat(explainer.concurrency()).isEqualTo(1);
    }
    assertThatThrownBy(() -> builder().optConcurrency(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a number from 1, but got 0");
  }
}
