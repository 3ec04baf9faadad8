package dev.limelight.fuzz.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PickleTest {

  /** A long text is not repeated, and what follows it is put where it would have been. */
  @Test
  void changesAPickleWithALongText() {
    String text = "V" + "x".repeat(300) + "\n";
    byte[] pickle = ("(]" + text.repeat(4) + "a.").getBytes(StandardCharsets.ISO_8859_1);
    for (int seed = 0; seed < 2_000; seed++) {
      assertThat(new Pickle().mutate(pickle, new Random(seed)).length).isLessThan(1 << 23);
    }
  }
}
