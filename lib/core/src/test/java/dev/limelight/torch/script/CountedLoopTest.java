package dev.limelight.torch.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.torch.MalformedFileException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A {@code for} that is left early, as TorchScript writes it for torchvision's DenseNet. */
class CountedLoopTest {

  private static final String CODE =
      """
      class Layer(Module):
        __parameters__ = []
        def forward(self: __torch__.Layer,
          input: List[Tensor]) -> bool:
          none = uninitialized(bool)
          length = torch.len(input)
          left = False
          found = none
          i = 0
          go = torch.gt(length, 0)
          while go:
            tensor = input[i]
            if ops.prim.requires_grad(tensor):
              on, left0, found0 = False, True, True
            else:
              on, left0, found0 = True, False, none
            next = torch.add(i, 1)
            again = torch.__and__(torch.lt(next, length), on)
            go, left, found, i = again, left0, found0, next
          if left:
            result = found
          else:
            result = False
          return result
      """;

  @Test
  void aLoopOverAListThatIsLeftEarlyIsRead() throws MalformedFileException {
    assertThatCode(() -> ScriptLimits.check("__torch__.py", CODE)).doesNotThrowAnyException();
    ScriptCode code = new ScriptCode(Map.of("__torch__.py", CODE));
    ScriptStatement loop =
        Objects.requireNonNull(code.find("__torch__.Layer"))
            .methods()
            .get("forward")
            .body()
            .stream()
            .filter(statement -> statement.text().startsWith("while"))
            .findFirst()
            .orElseThrow();
    assertThat(loop.body()).hasSize(5);
  }

  /** A slash stands for the end of a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "torch.add(i, 1)|torch.add(i, 0)",
        "torch.add(i, 1)|torch.add(left0, 1)",
        "torch.lt(next|torch.gt(next",
        "torch.lt(next|torch.lt(i",
        "torch.__and__|torch.__or__",
        "again, left0, found0, next|again, left0, found0, i",
        "again, left0, found0, next|on, left0, found0, next",
        "go, left, found, i =|go, left, length, i =",
        "go, left, found, i =|go, left, i, i =",
        "length = torch.len(input)|length = 1000000",
        "length = torch.len(input)|length = torch.len(input) * 1000000",
        "left = False/|length = 1./",
        "left = False/|left, length = False, 1./",
        "tensor = input[i]|length = torch.add(length, 1)",
        "tensor = input[i]|i = 0",
        "tensor = input[i]|i -= 1",
        "tensor = input[i]|next = 0",
        "tensor = input[i]|for i in range(2):/        tensor = input[0]",
        "tensor = input[i]|continue",
        "tensor = input[i]|tensor = input[i]  # note",
        "tensor = input[i]|text = '''",
        "      next = torch|        next = torch",
        "      again = torch|        again = torch",
        "      go, left|        go, left",
        "    length = torch.len(input)/|    if True:/      length = torch.len(input)/",
      })
  void whatMayNotEndIsRefused(String part, String other) {
    String changed = CODE.replace(part.replace('/', '\n'), other.replace('/', '\n'));
    assertThat(changed).isNotEqualTo(CODE);
    for (String text : List.of(changed, changed.replace("\n", "\r\n"))) {
      assertThatThrownBy(() -> ScriptLimits.check("__torch__.py", text))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("a loop without a bound");
    }
  }
}
