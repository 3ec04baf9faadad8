package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AtenSchemasTest {

  private static final String FILE = "/dev/limelight/onnx/torchscript/aten-schemas.txt";

  @Test
  void eachDeclaredOperatorHasATranslation() throws IOException {
    List<String> without = new ArrayList<>();
    int all = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(getClass().getResourceAsStream(FILE), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher name = Pattern.compile("aten::(\\w+)(?:\\.(\\w+))?\\(.*").matcher(line);
        assertThat(name.matches()).as(line).isTrue();
        String overload = name.group(2) == null ? "default" : name.group(2);
        String operator = name.group(1) + "." + overload.replace("deprecated", "default");
        if (AtenRuleBook.installed().rule(operator) == null) {
          without.add(operator);
        }
        all++;
      }
    }
    assertThat(without).isEmpty();
    assertThat(all).isGreaterThan(200);
  }
}
