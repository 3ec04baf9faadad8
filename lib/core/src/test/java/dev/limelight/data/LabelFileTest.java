package dev.limelight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFileTest {

  @TempDir private Path folder;

  private Path written(String text, Charset as) throws IOException {
    return Files.write(folder.resolve("labels.txt"), text.getBytes(as));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "circle\nsquare",
        "\uFEFFcircle\nsquare\n",
        "circle\r\nsquare\r\n\r\n",
        " circle \n square\t\n\n\n"
      })
  void labelsAreLinesWithoutMarksAndSpaces(String text) throws IOException {
    assertThat(LabelFile.read(written(text, StandardCharsets.UTF_8)))
        .containsExactly("circle", "square");
  }

  @Test
  void aByteOrderMarkAloneIsNoLabel() throws IOException {
    Path file = written("\uFEFF\n", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> LabelFile.read(file)).hasMessageContaining("has no labels");
  }

  @Test
  void anEmptyLabelIsRefusedWithItsLine() throws IOException {
    Path file = written("circle\n\ntriangle\ncross\n", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> LabelFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("labels.txt has no label in line 2 of 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
  void utf16IsNamed(String charset) throws IOException {
    Path file = written("circle\nsquare\n", Charset.forName(charset));
    assertThatThrownBy(() -> LabelFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("labels.txt is UTF-16 text; save it as UTF-8");
  }

  @Test
  void otherTextIsRefused() throws IOException {
    Path file = written("K\u00f6ter\n", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> LabelFile.read(file)).hasMessageContaining("is not UTF-8 text");
    assertThatThrownBy(() -> LabelFile.read(folder.resolve("none.txt")))
        .hasMessageContaining("no such labels file");
  }

  @Test
  void twoClassesMayHaveOneName() {
    ClassNames names = new ClassNames(List.of("crane", "dog", "crane"));
    assertThat(names.indices("crane")).containsExactly(0, 2);
    assertThat(names.indices("crane (2)")).containsExactly(2);
    assertThat(names.indices("crane (1)")).isEmpty();
    assertThat(names.name(2)).isEqualTo("crane (2)");
    assertThat(names.name(1)).isEqualTo("dog");
    assertThat(names.name(3)).isEqualTo("class 3");
    assertThat(ImageNet.labels()).hasSize(1000).doesNotContain("");
  }
}
