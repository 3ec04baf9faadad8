package dev.limelight.course.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShortcutTest {

  private static Scenes scenes(Shortcut shortcut) {
    return Scenes.builder().optSide(40).optLabels("circle", "cross").optShortcut(shortcut).build();
  }

  @ParameterizedTest
  @EnumSource(Shortcut.Kind.class)
  void onlyTheMarkIsChanged(Shortcut.Kind kind) {
    Scenes plain = scenes(null);
    Scenes marked = scenes(new Shortcut(kind, "cross", 0.5));
    int bearing = 0;
    for (int i = 0; i < 400; i++) {
      Scene one = marked.get(i);
      Scene other = plain.get(i);
      assertThat(other.mark()).isNull();
      assertThat(one.masks()).isEqualTo(other.masks());
      bearing += one.mark() == null ? 0 : 1;
      if (one.mark() == null) {
        assertThat(one.picture().rgb()).isEqualTo(other.picture().rgb());
        continue;
      }
      assertThat(one.labelName()).isEqualTo("cross");
      for (int p = 0; p < 40 * 40; p++) {
        if (!one.mark().get(p % 40, p / 40)) {
          assertThat(one.picture().rgb(p % 40, p / 40))
              .isEqualTo(other.picture().rgb(p % 40, p / 40));
        }
      }
    }
    // Half of 200.
    assertThat(bearing).isBetween(75, 125);
  }

  @Test
  void theRateIsAShareAndTheClassIsThere() {
    assertThatThrownBy(() -> Shortcut.watermark("circle", 1.5))
        .hasMessageContaining("from 0 to 1, but got 1.5");
    assertThatThrownBy(() -> scenes(Shortcut.border("square", 1)))
        .hasMessageContaining("[circle, cross], but got 'square'");
    assertThat(scenes(Shortcut.border("circle", 1)).get(0).mark()).isNotNull();
    assertThat(scenes(Shortcut.border("circle", 0)).get(0).mark()).isNull();
  }
}
