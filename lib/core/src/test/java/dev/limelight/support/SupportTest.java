package dev.limelight.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SupportTest {

  @Test
  void supportedHasNoReasonAndMeetsARequirement() {
    assertThat(Support.yes().isSupported()).isTrue();
    assertThatCode(Support.yes()::require).doesNotThrowAnyException();
    assertThatThrownBy(Support.yes()::reason).isInstanceOf(IllegalStateException.class);
    assertThat(Support.yes()).hasToString("supported");
  }

  @Test
  void requireThrowsTheReasonOfUnsupported() {
    Support no = Support.no("the layer has no grid");
    assertThat(no.isSupported()).isFalse();
    assertThat(no.reason()).isEqualTo("the layer has no grid");
    assertThatThrownBy(no::require)
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("the layer has no grid");
    assertThat(no).isEqualTo(Support.no("the layer has no grid")).isNotEqualTo(Support.yes());
    assertThat(no).isNotEqualTo(Support.noGradient("the layer has no grid"));
  }

  @Test
  void aCheckIsSupportedUnlessItThrowsUnsupported() {
    assertThat(Support.of(() -> {})).isEqualTo(Support.yes());
    UnsupportedException exception = UnsupportedException.noGradient("no gradients");
    Support no =
        Support.of(
            () -> {
              throw exception;
            });
    assertThat(no).isEqualTo(Support.noGradient("no gradients"));
    assertThatThrownBy(no::require)
        .isInstanceOfSatisfying(
            UnsupportedException.class, e -> assertThat(e.isNoGradient()).isTrue());
  }

  @Test
  void rethrowsAProgrammingErrorOfACheck() {
    IllegalArgumentException error = new IllegalArgumentException("a fault");
    assertThatThrownBy(
            () ->
                Support.of(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
  }

  @Test
  void aMissingGradientOffersMethodsThatNeedNone() {
    UnsupportedException missing = UnsupportedException.noGradient("no gradients");
    assertThat(missing.offering(List.of("a", "b")))
        .hasMessage("no gradients; these methods need none: a, b")
        .hasCause(missing);
    assertThat(missing.offering(List.of())).hasMessage("no gradients");
    assertThat(missing.offering(List.of("a")).isNoGradient()).isTrue();
  }
}
