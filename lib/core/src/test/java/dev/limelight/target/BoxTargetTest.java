package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.codec.Png;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.support.UnsupportedException;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How boxes are written. */
class BoxTargetTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "box(0)",
        "box(cat,1.0,2.0,30.5,40.0)",
        "box(7,-5.0,0.0,30.5,40.0)",
        "left(box(3))",
        "top(box(cat,1.0,2.0,30.5,40.0))",
        "right(box(0))",
        "bottom(box(0))",
        "difference(box(0),box(1))",
        "not(box(2))"
      })
  void areReadAsTheyAreWritten(String text) {
    Target target = Target.parse(text);
    assertThat(target).hasToString(text);
    assertThat(Target.parse(target.toString())).isEqualTo(target);
  }

  @Test
  void edgesAreOfTheRectangle() {
    assertThat(Target.box("cat", new Rectangle(10, 20, 30, 40)))
        .isEqualTo(Target.parse("box( cat , 10, 20, 40, 60 )"));
    assertThat(Target.top()).isEqualTo(Target.parse("top"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "box(); something is missing",
        "box(cat); box(..) takes a number, or a class and its four edges",
        "box(cat,1,2,3); box(..) takes a number, or a class and its four edges",
        "box(cat,1,2,x,4); 'x' is none",
        "box(cat,10,2,3,40); right edge lies right of the left",
        "box(0; a ')' is missing",
        "left(0); the edges are those of a box",
        "inside(cat); inside(..) takes a class and the file of a mask",
        "inside(cat,no-such-file.png); its mask cannot be read"
      })
  void refusalsSayWhatIsWanted(String text, String reason) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aMaskIsReadFromItsFile() throws Exception {
    BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 3, 0xffffff);
    Path file = folder.resolve("mask.png");
    Png.write(image, file);
    Target target = Target.parse("inside(cat,\"" + file + "\")");
    assertThat(target.toString()).startsWith("inside(cat,").contains("mask.png");
    assertThat(target.caption(List.of("cat"))).isEqualTo("inside(cat, 1 pixels)");
  }

  /** Boxes that are cut off at the picture's edge are the same for several candidates. */
  @Test
  void ofBoxesThatOverlapAlikeTheStrongestIsMeant() {
    Box edge = new Box(0, 0, 20, 20);
    List<Detection> candidates =
        List.of(
            new Detection(1, 0.9, new Box(30, 30, 50, 50), 0),
            new Detection(2, 0.8, edge, 1),
            new Detection(1, 0.1, edge, 2),
            new Detection(1, 0.7, new Box(0, 0, 20, 20.04), 3),
            new Detection(1, 0.95, new Box(0, 0, 20, 24), 4));
    NonMaximumSuppression usual = NonMaximumSuppression.USUAL;
    BoxChoice one = new BoxChoice.Overlapping(new ClassIndex(new int[] {1}, false), edge);
    assertThat(one.of(candidates, usual, false).candidate()).isEqualTo(3);
    BoxChoice none = new BoxChoice.Overlapping(new ClassIndex(new int[] {0}, false), edge);
    assertThat(none.of(candidates, usual, false).candidate()).isEqualTo(1);
    assertThat(none.of(candidates, usual, false).classIndex()).isZero();
  }

  @Test
  void aBoxFarFromAllCandidatesIsNoneOfThem() {
    List<Detection> candidates = List.of(new Detection(1, 0.9, new Box(0, 0, 20, 20), 0));
    BoxChoice far =
        new BoxChoice.Overlapping(new ClassIndex(new int[] {1}, false), new Box(16, 16, 36, 36));
    assertThatThrownBy(() -> far.of(candidates, NonMaximumSuppression.USUAL, false))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining(
            "0.0,0.0,20.0,20.0 overlaps the box 16.0,16.0,36.0,36.0 best, by only 0.02");
  }

  @Test
  void aBoxIsOneOfAClass() {
    assertThatThrownBy(() -> Target.box(Target.top(), new Rectangle(1, 1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .isNotInstanceOf(UnsupportedException.class)
        .hasMessageContaining("box() takes a class by its index or label, but got top");
  }
}
