package dev.limelight.torch.script;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops in the code of a TorchScript file. */
class ScriptLoopsTest {

  /** A model whose forward has these statements; a semicolon ends a line, ">" indents one. */
  private static void check(String statements, PythonDict values) throws MalformedFileException {
    StringBuilder text =
        new StringBuilder(
            """
            class Net(Module):
              __parameters__ = []
              turns : int
              part : __torch__.Part
              def forward(self: __torch__.Net,
                x: Tensor) -> Tensor:
                part = self.part
            """);
    for (String line : statements.split("; ")) {
      text.append("    ").append(line.replace(">", "  ")).append('\n');
    }
    text.append(
        """
            return x
        class Part(Module):
          __parameters__ = []
          def forward(self: __torch__.Part,
            y: Tensor) -> Tensor:
            y0 = torch.relu(y)
            for i in range(500):
              y0 = torch.relu(y0)
            return y0
          def double(self: __torch__.Part,
            y: Tensor) -> Tensor:
            return torch.cat([y, y], 2)
        def twice(x: Tensor) -> Tensor:
          return torch.stack([x, x])
        """);
    ScriptCode code = new ScriptCode(Map.of("__torch__.py", text.toString()));
    ScriptLoops.check(code, Objects.requireNonNull(code.find("__torch__.Net")), values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for i in range(30):; >x = torch.cat([x, x], 2)",
        "for i in range(30):; >x = torch.cat([x, torch.relu(x)])",
        "for i in range(30):; >y = torch.mul(x, 2); >x = torch.cat([x, y], 1)",
        "for i in range(30):; >x = torch.repeat(x, [1, 1, 2, 1])",
        "n = 3; for i in range(30):; >x = torch.tile(x, [1, n])",
        "for i in range(30):; >x = torch.upsample_nearest2d(x, None, [2., 2.])",
        "for i in range(30):; >x = torch.kron(x, x)",
        "for i in range(30):; >for j in range(1):; >>x = torch.stack([x, x])",
        "for i in range(30):; >if True:; >>x = torch.stack([x, x]); >else:; >>x = torch.relu(x)",
        "for i in range(torch.size(x, 2)):; >x = torch.cat([x, x], 2)",
        "for i in range(int(torch.sum(x))):; >x = torch.cat([x, x], 2)",
        "for i in range(20000):; >x = torch.cat([x, z], 2)",
        "l = [x]; for i in range(30):; >l = torch.add(l, l)",
        "l = annotate(List[Tensor], []); for i in range(30):; >l = torch.add(l, l)",
        "s : str = torch.str(x); for i in range(30):; >s = torch.add(s, s)",
        "l = [x]; for i in range(20000):; >_0 = torch.append(l, x); >x = torch.cat(l)",
        "for i in range(30):; >x = (part).double(x, )",
        "for i in range(30):; >x = __torch__.twice(x, )",
        "_0 = __torch__.twice; for i in range(30):; >x = _0(x, )",
        "for i in range(30):; >x = torch.conv2d(torch.cat([x, x], 2), w, None)",
      })
  void whatGrowsInALoopIsRefused(String code) {
    assertThatThrownBy(() -> check(code, new PythonDict()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("has code with a loop in which a value grows to more than 4096 times")
        .hasMessageContaining("it was not run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for i in range(100000):; >for j in range(100000):; >>x = torch.relu(x)",
        "for i in range(3000):; >x = (part).forward(x, )",
        "for i in range(1000):; >for j in range(1000):; >>x = torch.relu(x)",
        "n = torch.mul(1000, 1000); for i in range(n):; >x = torch.relu(x)",
        "for i in range(torch.mul(torch.size(x, 2), 10000)):; >x = torch.relu(x)",
        "for i in range(self.turns):; >x = torch.relu(x)",
      })
  void whatRunsForTooLongIsRefused(String code) {
    PythonDict values = new PythonDict();
    values.items().put("turns", 2_000_000_000);
    assertThatThrownBy(() -> check(code, values))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageMatching("has code with (loops and calls that run|a loop of) \\d+ .*");
  }

  /** A method that calls another twice, and so on: 2^40 calls. */
  @Test
  void callsThatDoubleAreCounted() {
    StringBuilder text = new StringBuilder("def f0(x: Tensor) -> Tensor:\n  return x\n");
    for (int i = 1; i <= 40; i++) {
      String before = "__torch__.f" + (i - 1);
      text.append("def f" + i + "(x: Tensor) -> Tensor:\n");
      text.append("  return " + before + "(" + before + "(x, ), )\n");
    }
    text.append("class Net(Module):\n  def forward(self: __torch__.Net,\n    x: Tensor)");
    text.append(" -> Tensor:\n    return __torch__.f40(x, )\n");
    ScriptCode code = new ScriptCode(Map.of("__torch__.py", text.toString()));
    ScriptClass top = Objects.requireNonNull(code.find("__torch__.Net"));
    assertThatThrownBy(() -> ScriptLoops.check(code, top, new PythonDict()))
        .hasMessageContaining("loops and calls that run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A dense network, unrolled and in a loop.
        "a = torch.conv2d(x, w, None); b = torch.conv2d(torch.cat([x, a], 1), w, None);"
            + " x = torch.cat([x, a, b], 1)",
        "for i in range(200):; >x = torch.conv2d(torch.cat([x, x], 1), w, None)",
        // A recurrent one over the columns of a picture.
        "h = x; o = annotate(List[Tensor], []); for t in range(224):;"
            + " >h = torch.linear(torch.cat([torch.select(x, 3, t), h], -1), w, b);"
            + " >_0 = torch.append(o, h); x = torch.stack(o)",
        "for i in range(torch.size(x, 2)):; >x = (part).forward(x, )",
        "for i in range(torch.sub(torch.len([x]), 2)):; >x = torch.relu(x)",
        "for i in range(5):; >x = torch.upsample_nearest2d(x, None, [2., 2.])",
        "for i in range(5):; >x = torch.cat([x, torch.flip(x, [3])], 3)",
        "for i in range(1000):; >y = torch.cat([x, x], 2); >z = torch.mean(y)",
      })
  void whatNetworksDoIsLeft(String code) {
    assertThatCode(() -> check(code, new PythonDict())).doesNotThrowAnyException();
  }
}
