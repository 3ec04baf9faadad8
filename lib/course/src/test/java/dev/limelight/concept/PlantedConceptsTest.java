package dev.limelight.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explainer;
import dev.limelight.TrainedScenes;
import dev.limelight.audit.Audit;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.Shortcut;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The course's networks: one recognises circles by a watermark, the other by their outline. */
class PlantedConceptsTest {

  private static final Shortcut WATERMARK = Shortcut.watermark("circle", 0.95);

  private static TrainedScenes marked;
  private static ImageSet images;

  @BeforeAll
  static void train() throws IOException {
    marked = TrainedScenes.with(WATERMARK);
    images = marked.scenes().images(TrainedScenes.HELD_OUT, 100);
  }

  @AfterAll
  static void close() {
    marked.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 6})
  void theFirstConceptIsTheWatermark(int k) {
    Concepts found =
        Concepts.of(
            marked.explainer(), images, ConceptSettings.USUAL.concepts(k).of(Target.of("circle")));
    Concept first = found.concepts().get(0);
    assertThat(found.label()).isEqualTo("circle");
    assertThat(found.concepts()).hasSize(k);
    assertThat(first.effect()).isPositive();
    assertThat(found.concepts())
        .allSatisfy(one -> assertThat(one.share()).isLessThanOrEqualTo(first.share()));
    // Where it is most, the mark is.
    Mask mark = mark();
    assertThat(found.maps())
        .filteredOn(
            maps -> {
              Heatmap map = maps.map(0).resized(32, 32);
              return mark.near(map.peak().x(), map.peak().y(), 2);
            })
        .hasSizeGreaterThan(found.maps().size() * 8 / 10);
    assertThat(first.crops()).isNotEmpty();
  }

  private static Mask mark() {
    return IntStream.range(TrainedScenes.HELD_OUT, TrainedScenes.HELD_OUT + 20)
        .mapToObj(i -> marked.scenes().get(i).mark())
        .filter(mask -> mask != null)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theClosedFormIsWhatTheHeadGives() {
    ConceptSettings settings = ConceptSettings.USUAL.concepts(4).of(Target.of("circle"));
    ConceptSample sample = Concepts.sample(marked.explainer(), images, settings);
    List<Picture> pictures =
        sample.seen().subList(0, 3).stream().map(ConceptSample.Seen::view).toList();
    List<String> names = List.of("a", "b", "c");
    int[] numbers = {0, 1, 2};
    int pairs = 1024;
    // Four standard errors of the variance of a sum over so many points, as a share of it.
    double estimated = 4 * Math.sqrt(2.0 / pairs);
    List<ConceptMaps> closed =
        new ConceptRun(marked.explainer(), sample.bank(), pairs).ofViews(pictures, names, numbers);
    List<ConceptMaps> run =
        new ConceptRun(marked.explainer(), sample.bank(), pairs, false)
            .ofViews(pictures, names, numbers);
    for (int i = 0; i < 3; i++) {
      assertThat(run.get(i).coefficients()).isDeepEqualTo(closed.get(i).coefficients());
      assertThat(run.get(i).rest()).isCloseTo(closed.get(i).rest(), within(1e-3));
      assertThat(Arrays.stream(closed.get(i).importance()).sum()).isCloseTo(1, within(1e-9));
      for (int j = 0; j < 4; j++) {
        double exact = closed.get(i).importance()[j];
        assertThat(run.get(i).importance()[j]).isCloseTo(exact, within(1e-3 + estimated * exact));
        assertThat(run.get(i).effect()[j]).isCloseTo(closed.get(i).effect()[j], within(1e-3));
      }
    }
  }

  @Test
  void anAuditSaysWhichConceptCarriesItsCluster() throws IOException {
    Audit audit = Audit.of(marked.explainer(), marked.scenes().images(TrainedScenes.HELD_OUT, 200));
    List<ClusterConcept> carried =
        ClusterConcept.of(
            marked.explainer(),
            marked.scenes().images(TrainedScenes.HELD_OUT, 200),
            audit,
            ConceptSettings.USUAL.concepts(5));
    assertThat(carried).isNotEmpty();
    assertThat(carried.get(0).carried()).isTrue();
    assertThat(carried.get(0).carrier().number()).isEqualTo(1);
    assertThat(carried.get(0).sentence()).contains("concept 1 of circle carries it");
    try (TrainedScenes clean = TrainedScenes.shipped()) {
      ImageSet plain = clean.scenes().images(50_000, 400);
      assertThat(
              ClusterConcept.of(
                  clean.explainer(),
                  plain,
                  Audit.of(clean.explainer(), plain),
                  ConceptSettings.USUAL))
          .isEmpty();
    }
  }

  @Test
  void theScoreOfCirclesRisesTowardsTheWatermark() {
    // Crosses with a mark and without one: what a concept's examples and random pictures are.
    Scenes marks =
        Scenes.builder()
            .optSide(32)
            .optSeed(5)
            .optLabels("circle", "cross")
            .optShortcut(Shortcut.watermark("cross", 1))
            .build();
    Scenes none = Scenes.builder().optSide(32).optSeed(6).optLabels("circle", "cross").build();
    ImageSet crosses =
        ImageSet.of(
            IntStream.range(0, 30)
                .mapToObj(i -> marks.get(2 * i + 1))
                .map(scene -> dev.limelight.data.Example.of(scene.picture(), 1))
                .toList(),
            List.of());
    Tcav test =
        Tcav.of(
            marked.explainer(),
            Map.of("mark", crosses),
            none.images(0, 80),
            images,
            Target.of("circle"),
            20,
            0);
    TcavScore score = test.scores().get(0);
    assertThat(score.accuracy()).isGreaterThan(0.9);
    assertThat(score.score()).isGreaterThan(0.9);
    assertThat(score.significant()).isTrue();
    Tcav nothing =
        Tcav.of(
            marked.explainer(),
            Map.of("nothing", none.images(100, 30)),
            none.images(0, 80),
            images,
            Target.of("circle"),
            20,
            0);
    assertThat(nothing.notes()).singleElement().asString().contains("can hardly be told");
    assertThatThrownBy(
            () ->
                Tcav.of(
                    marked.explainer(),
                    Map.of("mark", none.images(0, 3)),
                    none.images(0, 80),
                    images,
                    Target.of("circle"),
                    20,
                    0))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("at least 5 examples of mark, but got 3");
  }

  @Test
  void oneFactorOfAllPicturesIsTheWatermark() {
    List<Picture> pictures =
        IntStream.range(0, 20)
            .map(i -> 2 * i)
            .mapToObj(i -> marked.scenes().get(i).picture())
            .toList();
    Dff found = Dff.of(marked.explainer(), pictures, 4);
    assertThat(found.maps()).hasSize(20).allSatisfy(maps -> assertThat(maps).hasSize(4));
    Mask mark = mark();
    long best =
        IntStream.range(0, 4)
            .mapToLong(
                j ->
                    found.maps().stream()
                        .filter(
                            maps -> {
                              Heatmap map = maps.get(j).resized(32, 32);
                              return mark.near(map.peak().x(), map.peak().y(), 2);
                            })
                        .count())
            .max()
            .orElseThrow();
    assertThat(best).isGreaterThan(16);
  }

  /** The same circle again and again has no concepts, and few circles have those of single ones. */
  @Test
  void fewAndEqualPicturesAreNoted() throws IOException {
    try (TrainedScenes clean = TrainedScenes.shipped()) {
      ConceptSettings settings = ConceptSettings.USUAL.concepts(3).of(Target.of("circle"));
      assertThatThrownBy(() -> Concepts.of(clean.explainer(), circles(0, 0, 0, 0), settings))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(
              "concepts need at least 3 different pictures of circle, but the 4 that the network"
                  + " sees are all the same; give others");
      assertThatThrownBy(() -> Concepts.of(clean.explainer(), circles(0, 1, 0, 1), settings))
          .hasMessageContaining("are 2 over and over");
      assertThat(Concepts.of(clean.explainer(), circles(0, 1, 2, 3, 0), settings).notes())
          .contains(
              "1 picture of 5 of circle is the same as another, and what is in them weighs more",
              "concepts of only 4 pictures of circle may be those of single pictures; give 20 or"
                  + " more");
      int[] many = IntStream.range(0, 25).toArray();
      assertThat(Concepts.of(clean.explainer(), circles(many), settings).notes())
          .noneMatch(note -> note.contains("single pictures") || note.contains("the same as"));
    }
  }

  /** Circles that the shipped network has not seen. */
  private static ImageSet circles(int... numbers) {
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    return ImageSet.of(
        IntStream.of(numbers)
            .mapToObj(i -> scenes.get(50_000 + 2 * i))
            .map(scene -> dev.limelight.data.Example.of(scene.picture(), 0))
            .toList(),
        List.of());
  }

  /** Each picture twice, each crop once, and the head once a picture, for its weights. */
  @Test
  void passesAreReported() throws IOException {
    AtomicLong passes = new AtomicLong();
    try (Explainer listening =
        Explainer.builder()
            .setModel(TrainedScenes.FOLDER)
            .optLabels("circle", "cross")
            .optProgress(passes::addAndGet)
            .load()) {
      int[] numbers = IntStream.range(0, 6).toArray();
      Concepts found = Concepts.of(listening, circles(numbers), 3);
      assertThat(passes).hasValue(6 + found.crops() + 2L * found.maps().size());
    }
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    assertThatThrownBy(
            () ->
                Concepts.of(
                    marked.explainer().at("01SequentialBlock.01SequentialBlock.01Conv2d"),
                    images,
                    4))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("without negative values");
    assertThatThrownBy(() -> Concepts.of(marked.explainer(), marked.scenes().images(0, 2), 4))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("at least 3 pictures");
    assertThatThrownBy(() -> Concepts.of(marked.explainer(), images, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Concepts.of(marked.explainer(), images, 3).notes())
        .anySatisfy(note -> assertThat(note).contains("of 100 are taken for another class"));
  }
}
