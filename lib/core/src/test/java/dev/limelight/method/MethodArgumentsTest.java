package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.cam.FinerCam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.layered.Spotlight;
import dev.limelight.perturb.Occlusion;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods by a text with their arguments. */
class MethodArgumentsTest {

  @Test
  void whatIsNotGivenIsAsUsual() {
    assertThat(Methods.named("grad-cam")).isEqualTo(new GradCam());
    assertThat(Methods.named("grad-cam()")).isEqualTo(new GradCam());
    assertThat(Methods.named("spotlight(focus=whole)")).isEqualTo(new Spotlight("whole", ""));
    assertThat(Methods.named("spotlight( fine = a+b , focus=2:1 )"))
        .isEqualTo(new Spotlight("2:1", "a+b"));
    assertThat(Methods.named("finer-cam(alpha=0.5)")).isEqualTo(new FinerCam(0.5, 3));
    assertThat(Methods.named("occlusion(window=8, stride=2, baseline=-1)"))
        .isEqualTo(new Occlusion(8, 2, -1));
    assertThat(Methods.named("smooth-grad(absolute=true, seed=7)").parameters())
        .containsAllEntriesOf(Map.of("absolute", true, "seed", 7L, "samples", 50));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "nope(a=1); no method 'nope'",
        "grad-cam(a=1); grad-cam has no arguments",
        "spotlight(a=1); spotlight has no argument 'a'",
        "spotlight(focus=all); a focus is class, object, part, whole",
        "spotlight(focus); written as name(argument=value",
        "spotlight(focus=whole; written as name(argument=value",
        "spotlight(focus=part, focus=whole); each once",
        "finer-cam(references=two); 'references' of finer-cam is a whole number, but got 'two'",
        "finer-cam(alpha=-1); an alpha of at least 0",
        "smooth-grad(absolute=yes); true or false, but got 'yes'",
        "smooth-grad(inner=nope); no method 'nope'",
        "smooth-grad(inner=grad-cam); smooths a gradient method, but got grad-cam",
        "smooth-grad(inner=saliency)); written as name(argument=value"
      })
  void whatIsWrongIsSaid(String text, String said) {
    assertThatThrownBy(() -> Methods.named(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }
}
