package dev.limelight.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.limelight.Explainer;
import dev.limelight.TrainedScenes;
import dev.limelight.audit.Audit;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scenes;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.metric.Sparseness;
import dev.limelight.report.ComparisonPage;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be done here is told apart from what was programmed wrongly. */
class ProgrammingErrorTest {

  private static final ImageSet IMAGES =
      Scenes.builder().optSide(32).optLabels("circle", "cross").build().images(0, 2);

  private static Explainer explainer;

  @BeforeAll
  static void load() throws IOException {
    explainer = TrainedScenes.shipped().explainer();
  }

  @AfterAll
  static void close() {
    explainer.close();
  }

  /** Where a method goes wrong. */
  private enum Part {
    WORK,
    MAP
  }

  /** Grad-CAM that throws in one of its parts. */
  private record Faulty(Part part, String type) implements Method {

    private RuntimeException exception() {
      return switch (type) {
        case "argument" -> new IllegalArgumentException("an index of -1");
        case "state" -> new IllegalStateException("it was closed");
        default -> new UnsupportedException("not on this network");
      };
    }

    @Override
    public Work work(Conditions at) {
      if (part == Part.WORK) {
        throw exception();
      }
      return new GradCam().work(at);
    }

    @Override
    public NDArray parts(Evidence evidence) {
      if (part == Part.MAP) {
        throw exception();
      }
      return new GradCam().parts(evidence);
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.cam("faulty").withGradients();
    }
  }

  private static Stream<Faulty> faulty() {
    return Stream.of(Part.values())
        .flatMap(part -> Stream.of("argument", "state").map(type -> new Faulty(part, type)));
  }

  private static Evaluation evaluation(Method method) throws IOException {
    return Evaluation.of(
        explainer, IMAGES, List.of(new GradCam(), method), List.of(), List.of(new Sparseness()));
  }

  @ParameterizedTest
  @MethodSource("faulty")
  void aProgrammingErrorIsNotReportedAsUnsupported(Faulty method) throws IOException {
    Class<?> type = method.exception().getClass();
    String message = method.exception().getMessage();
    if (method.part() == Part.WORK) {
      assertThatThrownBy(() -> explainer.plan(List.of(method), Target.top()))
          .isExactlyInstanceOf(type)
          .hasMessage(message);
    }
    assertThatThrownBy(() -> evaluation(method)).isExactlyInstanceOf(type).hasMessage(message);
    assertThatThrownBy(
            () -> Audit.builder().setExplainer(explainer).setImages(IMAGES).optMethod(method).run())
        .isExactlyInstanceOf(type)
        .hasMessage(message);
    if (method.part() == Part.MAP) {
      Evaluation measured = evaluation(new GradCam());
      List<Method> methods = List.of(new GradCam(), method);
      ComparisonPage page = new ComparisonPage(measured, explainer, IMAGES, methods, 0);
      assertThatThrownBy(() -> page.report("Faulty", Map.of()))
          .isExactlyInstanceOf(type)
          .hasMessage(message);
    }
  }

  @Test
  void whatIsUnsupportedIsReportedSo() throws IOException {
    Method method = new Faulty(Part.WORK, "unsupported");
    assertThat(explainer.plan(List.of(method), Target.top()).row("faulty").orElseThrow().support())
        .isEqualTo(Support.no("not on this network"));
    Method late = new Faulty(Part.MAP, "unsupported");
    assertThat(evaluation(late).cells())
        .filteredOn(cell -> cell.contender().method().equals("faulty"))
        .hasSize(2)
        .allSatisfy(
            cell ->
                assertThat(cell.measurement().support())
                    .isEqualTo(Support.no("not on this network")));
    assertThat(
            Audit.builder().setExplainer(explainer).setImages(IMAGES).optMethod(late).run().rows())
        .allSatisfy(row -> assertThat(row.error()).isEqualTo("not on this network"));
  }

  @Test
  void aPictureWhoseReadingIsProgrammedWronglyIsNotADamagedPicture() {
    ImageSet wrong =
        new ImageSet() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public List<String> labels() {
            return List.of();
          }

          @Override
          public String name(int index) {
            return "first";
          }

          @Override
          public Example get(int index) {
            throw new IllegalArgumentException("an index of -1");
          }
        };
    assertThatThrownBy(() -> Audit.of(explainer, wrong))
        .isExactlyInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                Evaluation.of(
                    explainer, wrong, List.of(new GradCam()), List.of(), List.of(new Sparseness())))
        .isExactlyInstanceOf(IllegalArgumentException.class);
  }
}
