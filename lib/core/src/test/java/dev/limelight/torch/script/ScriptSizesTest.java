package dev.limelight.torch.script;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.torch.MalformedFileException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes in the code of a TorchScript file. */
class ScriptSizesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = torch.zeros([100000, 100000], dtype=6)",
        "_0 = [100000, 100000]\n    x = torch.ones(_0, dtype=6)",
        "_0 = 100000\n    x = torch.full([_0, _0], 1., dtype=6)",
        "x = torch.new_zeros(y, [2, 300000000], dtype=6)",
        "x = torch.arange(0, 1000000000, dtype=6)",
        "x = torch.arange(0., 1., 0.000000001, dtype=6)",
        "x = torch.linspace(-1, 1, 2000000000, dtype=6)",
        "x = torch.eye(100000, dtype=6)",
        "x = torch.pad(y, [0, 0, 100000, 0])",
        "x = torch.repeat((y).forward(z, ), [1, 1, 1000, 1000])",
        "x = torch.tile(y, [1000000])",
        "x = torch.expand(y, [-1, 100000, 100000])",
        "x = torch.upsample_nearest2d(y, [100000, 4], None)",
        "x = torch.upsample_bilinear2d(y, None, False, [100000., 2.])",
        "x = torch.one_hot(y, 1000000000)",
        "n = torch.size(y, 2)\n    m = torch.mul(n, 20000)\n    x = torch.zeros([m, m], dtype=6)",
        "x = torch.zeros([torch.mul(torch.size(y, 2), 1000000000)], dtype=6)",
        "n = torch.mul(30000, 30000)\n    x = torch.arange(n, dtype=6)",
        "n = ops.prim.NumToTensor(torch.size(y, 3))\n    m = torch.mul(n, 100000)\n"
            + "    x = torch.upsample_nearest2d(y, [int(m), 4], None)",
        "n : int = torch.pow(10, 9)\n    x = torch.one_hot(y, annotate(int, n))",
        "n = torch.add(torch.floordiv(400000000, 2), 3)\n    s = [2, n]\n"
            + "    x = torch.ones(s, dtype=6)",
        "n = torch.size(y, 2)\n    m = torch.mul(torch.mul(n, n), torch.mul(n, n))\n"
            + "    x = torch.zeros([m, m], dtype=6)",
        "n = torch.numel(y)\n    x = torch.ones([n, n], dtype=6)",
        "x = torch.resize_(y, [100000, 100000])",
        "x = torch.hann_window(1000000000, dtype=6)",
        "x = torch._convolution(y, w, None, [1, 1], [100000, 0], [1, 1], False, [0, 0], 1)",
      })
  void moreThanNetworksHaveIsRefused(String code) {
    assertThatThrownBy(() -> ScriptSizes.check("model.py", "    " + code + "\n"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("has code with torch.")
        .hasMessageContaining("(model.py), and networks have at most");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = torch.zeros([1, 1000, 512], dtype=6)",
        "x = torch.full([], -3.4028234663852886e+38, dtype=6)",
        "x = torch.full([1, 1], 1000000000, dtype=4)",
        "x = torch.pad(y, [1, 1], \"constant\", -1000000000)",
        "x = torch.arange(0, 196, dtype=6)",
        "x = torch.slice(y, 0, 0, 9223372036854775807)",
        "x = torch.expand(y, [-1, 196, 768])",
        "x = torch.zeros([n, int(100000000)], dtype=6)",
        "n = torch.size(y, 2)\n    m = torch.mul(n, 14)\n    x = torch.zeros([m, m], dtype=6)",
        "n = torch.floordiv(1000000000, torch.size(y, 2))\n    x = torch.zeros([n], dtype=6)",
        "n = torch.sub(1000000000, torch.size(y, 2))\n    x = torch.pad(y, [0, n])",
        "n = torch.mul(torch.size(y, 2), torch.size(y, 3))\n"
            + "    x = torch.zeros([torch.size(y, 0), 12, n, n], dtype=6)",
        "x = torch.tril_indices(197, 197, 0, dtype=4)",
        "z = torch.mul(y, 1000000000.)\n    x = torch.expand(y, [-1, torch.size(z, 1)])",
        "x = torch.pad(y, [0, torch.sub(100000, n)])",
      })
  void whatNetworksHaveIsLeft(String code) {
    assertThatCode(() -> ScriptSizes.check("model.py", "    " + code + "\n"))
        .doesNotThrowAnyException();
  }
}
