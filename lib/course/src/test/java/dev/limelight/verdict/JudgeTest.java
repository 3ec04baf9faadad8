package dev.limelight.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.Explainer;
import dev.limelight.TrainedScenes;
import dev.limelight.cam.CenterBlob;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.RandomCam;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import dev.limelight.verdict.Verdict.Check;
import dev.limelight.verdict.Verdict.Light;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JudgeTest {

  @Test
  void gradCamIsTrustedMoreThanMapsThatLookAtNothing() throws IOException {
    try (TrainedScenes trained = TrainedScenes.shipped()) {
      int notRed = 0;
      for (Scene scene : trained.scenes().list(60_000, 20)) {
        Verdict good =
            new Judge(trained.explainer(), new GradCam()).judge(scene.picture(), Target.top());
        // That with the map of another class is left out where it is blank.
        assertThat(good.checks()).hasSizeBetween(7, 8);
        notRed += good.light() == Light.RED ? 0 : 1;
        // These do not change when the network is made random.
        for (Method nothing : List.of(new CenterBlob(), new RandomCam(9))) {
          Verdict bad =
              new Judge(trained.explainer(), nothing).judge(scene.picture(), Target.top());
          assertThat(bad.light()).as("%s of %s: %s", nothing, scene, bad).isEqualTo(Light.RED);
        }
      }
      assertThat(notRed).isGreaterThanOrEqualTo(16);
    }
  }

  @Test
  void aVerdictRepeatsForItsSeed() throws IOException {
    try (TrainedScenes trained = TrainedScenes.shipped()) {
      Judge judge = new Judge(trained.explainer(), new GradCam());
      Scene scene = trained.scenes().get(60_001);
      assertThat(judge.judge(scene.picture(), Target.top()))
          .isEqualTo(judge.judge(scene.picture(), Target.top()));
    }
  }

  @Test
  void theCostIsWhatWasPromised() throws IOException {
    AtomicLong passes = new AtomicLong();
    try (Explainer explainer =
        Explainer.builder()
            .setModel(TrainedScenes.FOLDER)
            .optLabels("circle", "cross")
            .optProgress(passes::addAndGet)
            .load()) {
      Judge judge = new Judge(explainer, new RandomCam(3), 5, 1);
      assertThat(judge.cost())
          .contains(judge.forwards() + " forwards", judge.maps() + " maps by random-cam");
      Picture picture =
          Scenes.builder().optSide(32).optLabels("circle", "cross").build().get(3).picture();
      judge.judge(picture, Target.top());
      assertThat(passes.get()).isEqualTo(judge.forwards());
      assertThatThrownBy(() -> judge.judge(picture, Target.output(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("choose a class");
    }
  }

  @Test
  void boxesAndNumbersAreRefusedBeforeAnyWork() {
    for (Target target : List.of(Target.box(0), Target.not(Target.box(1)), Target.output(0))) {
      assertThatThrownBy(() -> Judge.require(target))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(
              "a verdict compares classes, and the target " + target + " is none; choose a class");
    }
    Judge.require(Target.top());
  }

  @Test
  void lightsFollowTheirChecks() {
    Check passed = new Check("a", 1, 0, true, true);
    Check vital = new Check("b", 0, 1, false, true);
    Check other = new Check("c", 0, 1, false, false);
    assertThat(Verdict.of(List.of(passed)).light()).isEqualTo(Light.GREEN);
    assertThat(Verdict.of(List.of(passed, other)).light()).isEqualTo(Light.AMBER);
    assertThat(Verdict.of(List.of(other, vital)).light()).isEqualTo(Light.RED);
    assertThat(Verdict.of(List.of(passed, other)).toString())
        .contains("doubtful", "yes a", "no  c: 0.000, needs more than 1.000");
  }
}
