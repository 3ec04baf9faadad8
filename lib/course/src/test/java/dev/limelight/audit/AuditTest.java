package dev.limelight.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import dev.limelight.Explainer;
import dev.limelight.TrainedScenes;
import dev.limelight.course.data.CatsVsDogs;
import dev.limelight.course.data.Shortcut;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Mask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {

  @ParameterizedTest
  @EnumSource(Shortcut.Kind.class)
  void aPlantedShortcutIsFoundUnaided(Shortcut.Kind kind) throws IOException {
    try (TrainedScenes trained = TrainedScenes.with(new Shortcut(kind, "circle", 0.95))) {
      assertThat(trained.accuracy()).isGreaterThan(0.85);
      Audit audit =
          Audit.of(trained.explainer(), trained.scenes().images(TrainedScenes.HELD_OUT, 200));
      assertThat(audit.failures()).isEmpty();
      assertThat(audit.accuracy()).isCloseTo(trained.accuracy(), within(0.001));
      assertThat(audit.suspicious()).as(audit.toString()).isNotEmpty();
      Cluster found = audit.suspicious().get(0);
      assertThat(found).isEqualTo(audit.clusters().get(0));
      assertThat(found.label()).isEqualTo("circle");
      assertThat(found.shareOfClass()).isGreaterThan(0.8);
      assertThat(found.shareOfOthers()).isLessThan(0.2);
      Mask mark =
          IntStream.range(TrainedScenes.HELD_OUT, TrainedScenes.HELD_OUT + 20)
              .mapToObj(i -> trained.scenes().get(i).mark())
              .filter(mask -> mask != null)
              .findFirst()
              .orElseThrow();
      assertThat(touched(found.region(), mark)).as("place and mark").isGreaterThan(0.45);
      // The members have the mark.
      assertThat(found.members())
          .allSatisfy(i -> assertThat(i).isBetween(0, 199))
          .filteredOn(i -> trained.scenes().get(TrainedScenes.HELD_OUT + i).mark() != null)
          .hasSizeGreaterThan(found.members().size() * 8 / 10);
    }
  }

  /** The share of the place that is on the mark or beside it. */
  private static double touched(Mask place, Mask mark) {
    int side = mark.width() / place.width();
    int inside = 0;
    for (int i = 0; i < place.width() * place.height(); i++) {
      int x = i % place.width();
      int y = i / place.width();
      boolean near = mark.near(x * side + side / 2, y * side + side / 2, 1.5 * side);
      inside += place.get(x, y) && near ? 1 : 0;
    }
    return (double) inside / place.area();
  }

  @Test
  void aCleanSetIsClean() throws IOException {
    try (TrainedScenes trained = TrainedScenes.shipped()) {
      ImageSet images = trained.scenes().images(50_000, 400);
      Audit audit = Audit.of(trained.explainer(), images);
      assertThat(audit.accuracy()).isGreaterThan(0.95);
      assertThat(audit.classes()).hasSize(2);
      assertThat(audit.suspicious()).as(audit.toString() + audit.clusters()).isEmpty();
      assertThat(audit.toString()).contains("400 pictures", "no class is recognised by location");
      for (ClassAudit one : audit.classes()) {
        assertThat(one.border() + one.background() + one.object()).isCloseTo(1, within(1e-6));
        assertThat(one.object()).isGreaterThan(0.1);
        assertThat(one.meanMap().mean() * 256).isCloseTo(1, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cats-vs-dogs", "cats-vs-dogs-connected"})
  void realPhotosAreClean(String model) throws IOException, TranslateException {
    Path data = TrainedScenes.FOLDER.getParent().getParent();
    CatsVsDogs photos =
        CatsVsDogs.builder()
            .setFolder(data.resolve("cats-vs-dogs"))
            .optUsage(Dataset.Usage.TEST)
            .optSize(32)
            .setSampling(100, false)
            .build();
    photos.prepare();
    List<Example> examples =
        IntStream.range(0, 1000)
            .mapToObj(i -> new Example("photo " + i, photos.picture(i), photos.label(i), null))
            .toList();
    try (Explainer explainer =
        Explainer.builder()
            .setModel(data.resolve("models").resolve(model))
            .optLabels(photos.labels())
            .load()) {
      Audit audit = Audit.of(explainer, ImageSet.of(examples, photos.labels()));
      assertThat(audit.accuracy()).isGreaterThan(0.8);
      assertThat(audit.suspicious()).as(audit.toString()).isEmpty();
    }
  }

  @Test
  void rowsAreEnoughToAuditAgain() throws IOException {
    try (TrainedScenes trained = TrainedScenes.shipped()) {
      ImageSet images = trained.scenes().images(0, 60);
      Audit audit = Audit.of(trained.explainer(), images);
      assertThat(Audit.of(audit.rows(), 0)).isEqualTo(audit);
    }
  }

  @Test
  void whatCannotBeReadIsARowWithItsReason() throws IOException {
    try (TrainedScenes trained = TrainedScenes.shipped()) {
      ImageSet scenes = trained.scenes().images(0, 10);
      ImageSet broken =
          new ImageSet() {
            @Override
            public int size() {
              return 10;
            }

            @Override
            public List<String> labels() {
              return scenes.labels();
            }

            @Override
            public String name(int index) {
              return scenes.name(index);
            }

            @Override
            public Example get(int index) throws IOException {
              if (index == 3) {
                throw new IOException("scene 3 is damaged");
              }
              return scenes.get(index);
            }
          };
      List<Integer> told = new ArrayList<>();
      Audit audit =
          Audit.builder()
              .setExplainer(trained.explainer())
              .setImages(broken)
              .optProgress(told::add)
              .run();
      assertThat(audit.rows()).hasSize(10);
      assertThat(audit.failures())
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.index()).isEqualTo(3);
                assertThat(row.error()).isEqualTo("scene 3 is damaged");
              });
      assertThat(told).containsExactly(10);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> Audit.of(trained.explainer(), broken))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
