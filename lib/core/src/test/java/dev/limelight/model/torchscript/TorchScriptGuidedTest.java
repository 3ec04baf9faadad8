package dev.limelight.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.TinyResNet;
import dev.limelight.model.Network;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixture's ReLUs written in other ways. */
class TorchScriptGuidedTest {

  private static final String SECOND = "    _1 = (maxpool).forward((relu).forward(_0, ), )\n";

  @TempDir Path folder;

  private float[] guided(UnaryOperator<String> edit) throws IOException {
    try (Model model = ModelFile.of(EditedArchive.withCode(folder, edit)).load();
        NDManager scope = model.getNDManager().newSubManager();
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:2");
      return whole
          .guidedGradients(x, logits -> logits.get(":, 1"))
          .perScore()
          .get(0)
          .toFloatArray();
    }
  }

  private static UnaryOperator<String> written(String relu) {
    return code ->
        code.replace("torch.relu(argument_1)", relu.formatted("argument_1"))
            .replace("torch.relu(input)", relu.formatted("input"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch.relu_(%s)",
        "torch.clamp(%s, 0)",
        "torch.clamp_(%s, 0, None)",
        "torch.clamp_min(%s, 0.)",
        "torch.threshold(%s, 0., 0.)",
        "torch.hardtanh_(%s, 0., 1000000.)",
        "torch.mul(torch.add(torch.relu(%s), 0), 1)"
      })
  void allNamesOfAReluAreKnown(String relu) throws IOException {
    assertThat(guided(written(relu))).containsExactly(guided(code -> code));
  }

  @Test
  void aClippedReluPassesNothingAboveItsBound() throws IOException {
    float[] six = guided(written("torch.relu6(%s)"));
    assertThat(guided(written("torch.hardtanh(%s, 0., 6.)"))).containsExactly(six);
    assertThat(guided(written("torch.clamp(%s, 0, 6)"))).containsExactly(six);
    assertThat(guided(written("torch.clamp(%s, 0, 1.0000000000000001e-10)"))).containsOnly(0f);
  }

  @Test
  void otherOperatorsAreNoRelus() {
    assertThatThrownBy(() -> guided(written("torch.clamp(%s, -1000000., None)")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("this network has none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(relu).forward(_0, )", "torch.relu(_0)"})
  void oneInsideAConditionIsRefused(String relu) {
    String condition =
        "    if torch.gt(torch.size(x, 0), 0):\n      _9 = "
            + relu
            + "\n    else:\n      _9 = _0\n    _1 = (maxpool).forward(_9, )\n";
    assertThatThrownBy(() -> guided(code -> code.replace(SECOND, condition)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("stands inside a condition or a loop: if torch.gt(")
        .hasMessageContaining("trace the model");
  }
}
