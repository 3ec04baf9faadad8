package dev.limelight.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that want more than to be read. */
class MaliciousPickleTest {

  @TempDir Path folder;

  private static String word(String text) {
    return "\u008c" + (char) text.length() + text;
  }

  static Stream<Arguments> calls() {
    String touch = "touch MARKER";
    return Stream.of(
        Arguments.of("os.system", "cos\nsystem\n(S'" + touch + "'\ntR."),
        Arguments.of(
            "posix.system", "\u0080\u0002cposix\nsystem\n" + "X\f\0\0\0" + touch + "\u0085R."),
        Arguments.of("builtins.eval", "\u0080\u0003cbuiltins\neval\nX\u0003\0\0\0001+1\u0085R."),
        Arguments.of(
            "nt.system",
            "\u0080\u0004" + word("nt") + word("system") + "\u0093" + word(touch) + "\u0085R."),
        Arguments.of("os.system", "(S'" + touch + "'\nios\nsystem\n."),
        Arguments.of("os.system", "(cos\nsystem\nS'" + touch + "'\no."),
        Arguments.of("os.system", "\u0080\u0002}X\u0001\0\0\0a]cos\nsystem\nas."),
        Arguments.of("builtins.getattr", "\u0080\u0002cbuiltins\ngetattr\n)\u0081."),
        Arguments.of("decimal.Decimal", "\u0080\u0002cdecimal\nDecimal\n(S'1'\ntR."),
        Arguments.of("datetime.datetime", "\u0080\u0002cdatetime\ndatetime\n."),
        Arguments.of("array.array", "\u0080\u0002carray\narray\n(S'd'\n(K\u0001ltR."),
        Arguments.of("builtins.bytearray", "\u0080\u0002cbuiltins\nbytearray\n."),
        Arguments.of("builtins.set", "\u0080\u0002cbuiltins\nset\n."),
        Arguments.of("operator.attrgetter", "\u0080\u0002coperator\nattrgetter\n."),
        Arguments.of("copy_reg._reconstructor", "\u0080\u0002ccopy_reg\n_reconstructor\n."),
        Arguments.of("copyreg._reconstructor", "\u0080\u0002ccopyreg\n_reconstructor\n."),
        Arguments.of("exceptions.Exception", "\u0080\u0002cexceptions\nException\n."),
        Arguments.of("builtins.ValueError", "(S'a'\nibuiltins\nValueError\n."),
        Arguments.of("torch.load", "\u0080\u0002ctorch\nload\n."),
        Arguments.of("torch._utils.os.system", "\u0080\u0002ctorch._utils\nos.system\n."),
        Arguments.of("o?s.system", "\u0080\u0002co\u0007s\nsystem\n."));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aNameThatIsNotOnTheListIsRefusedAndNamed(String name, String pickle) throws IOException {
    for (Path file :
        new Path[] {PickleText.zip(folder, pickle), PickleText.stream(folder, pickle)}) {
      assertThatIOException()
          .isThrownBy(() -> TorchCheckpoint.read(file))
          .withMessage(file + " asks for " + name + ", which no state dict needs; it was not run");
    }
    assertThat(Path.of("MARKER")).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // What is on the list but cannot be called, called.
        "\u0080\u0002ctorch\nFloatStorage\n)R.",
        "\u0080\u0002ctorch\nfloat32\n)\u0081.",
        "\u0080\u0002X\u0001\0\0\0a)R.",
        // The state of a list, of a number, of nothing.
        "\u0080\u0002]}b.",
        "\u0080\u0002K\u0001}b.",
        "\u0080\u0002}b.",
        // Registered extensions, a persistent id as text, buffers from elsewhere, sets.
        "\u0080\u0002\u0082\u0001)R.",
        "\u0080\u0002\u0083\u0001\0)R.",
        "Pos.system\n.",
        "\u0080\u0005\u0097.",
        "\u0080\u0004\u008f.",
        "\u0080\u0004ccollections\nOrderedDict\n)}\u0092.",
        // Another kind of persistent id.
        "\u0080\u0002(X\u0006\0\0\0modulecos\nsystem\ntQ.",
        "\u0080\u0002X\u0001\0\0\0aQ.",
        // Rubbish, too little, too much.
        "",
        ".",
        "0.",
        "N.",
        "t.",
        "}]Ns.",
        "}}Ns.",
        "}(NNNu.",
        "\u0080\u0063.",
        "X\u00ff\u00ff\u00ff\u00ffabc.",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fabc.",
        "\u008b\u00ff\u00ff\u00ff\u00ff1.",
        "h\u0001.",
        "Fx\n.",
        "Ix\n.",
        "Vabc",
        "Sabc\n.",
        // A list in itself, as the value and as the key.
        "\u0080\u0002]q\u0001h\u0001a.",
        "\u0080\u0002}]q\u0001h\u0001aNs.",
        "\u0080\u0002}q\u0001X\u0005\0\0\0modelh\u0001s."
      })
  void aMalformedPickleIsRefusedInOneSentence(String pickle) throws IOException {
    for (Path file :
        new Path[] {PickleText.zip(folder, pickle), PickleText.stream(folder, pickle)}) {
      assertThatIOException()
          .isThrownBy(() -> TorchCheckpoint.read(file))
          .withMessageStartingWith(file + " ")
          .withMessageNotContaining("\n");
    }
  }

  @Test
  void aTensorWithinItsStorageIsRead() throws IOException {
    for (String[] view : new String[][] {{"0", "4", "1"}, {"3", "1", "1"}, {"0", "2,2", "2,1"}}) {
      Path file = PickleText.zip(folder, PickleText.tensor(view[0], view[1], view[2]));
      assertThat(TorchCheckpoint.read(file).tensor("w").toFloatArray()).containsOnly(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; 5; 1",
        "4; 1; 1",
        "-1; 1; 1",
        "0; 2; 4",
        "0; 2; -1",
        "0; -2; 1",
        "0; 2,2; 1",
        "5; 0; 1",
        "0; 9223372036854775807; 1",
        "0; 9223372036854775807,2; 0,0",
        "9223372036854775807; 1; 1",
        "0; 2; 9223372036854775807",
        "0; 4294967297; 0",
        "0; 65536,65536; 0,0",
        "0; 99999999999999999999; 1"
      })
  void aTensorBeyondItsStorageOrMemoryIsRefused(String offset, String shape, String strides)
      throws IOException {
    Path file = PickleText.zip(folder, PickleText.tensor(offset, shape, strides));
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageStartingWith(file + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-1", "4611686018427387904", "9223372036854775807", "1000000000"})
  void aStorageBeyondItsEntryIsRefused(String numbers) throws IOException {
    Path file = PickleText.zip(folder, PickleText.tensor(numbers, "0", "4", "1"));
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageStartingWith(file + " ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"}", "N", "(", "]", "N0", "}q\u0001", "}\u0094", "}NNs", "]Na", "}\u0085"})
  void millionsOfStepsAreRefusedBeforeTheyFillTheMemory(String step) throws IOException {
    Path file = PickleText.stream(folder, "\u0080\u0002" + step.repeat(10_000_000));
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining(file + " has a pickle of too many steps");
  }

  @Test
  void manyTensorsOfManyDimensionsAreRefusedBeforeTheyFillTheMemory() throws IOException {
    String ones = "1" + ",1".repeat(63);
    String tensor = PickleText.tensor("0", ones, ones);
    String shared =
        tensor
            .replace("rebuild_tensor_v2\n", "rebuild_tensor_v2\nq\0")
            .replace("tRs.", "tq\u0001R" + "h\0h\u0001R".repeat(4_000_000));
    Path file = PickleText.stream(folder, shared);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining(file + " has a pickle of too many steps");
  }

  @Test
  void aLongLineIsRefusedBeforeItFillsTheMemory() throws IOException {
    Path file = PickleText.stream(folder, "S'" + "a".repeat(300_000_000));
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining(file + " has a pickle that is too large");
  }
}
