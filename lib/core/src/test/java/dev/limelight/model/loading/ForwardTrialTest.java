package dev.limelight.model.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ForwardTrialTest {

  private static float[] gradient(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i + 1);
    }
    return values;
  }

  @Test
  void roundingIsNoDifference() {
    float[] rounded = gradient(100);
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] += 2e-5f;
    }
    assertThat(ForwardTrial.isSame(gradient(100), rounded)).isTrue();
  }

  @Test
  void aReluAtZeroIsNoDifference() {
    float[] kink = gradient(5000);
    kink[7] = 0;
    kink[900] = 0;
    assertThat(ForwardTrial.isSame(gradient(5000), kink)).isTrue();
  }

  @Test
  void anotherGradientIsOne() {
    float[] part = gradient(5000);
    Arrays.fill(part, 0, 100, 0f);
    assertThat(ForwardTrial.isSame(gradient(5000), part)).isFalse();
    assertThat(ForwardTrial.isSame(gradient(50), gradient(49))).isFalse();
    float[] none = gradient(50);
    Arrays.fill(none, Float.NaN);
    assertThat(ForwardTrial.isSame(gradient(50), none)).isFalse();
  }
}
