package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.onnx.pt2.Memory.Cell;
import dev.limelight.support.UnsupportedException;
import org.junit.jupiter.api.Test;

class MemoryTest {

  private final Cell base = Memory.own("base");

  private Memory.Origin origin(boolean mayBeCopy) {
    return new Memory.Origin() {
      @Override
      public String again() {
        return "part of " + Memory.read(base);
      }

      @Override
      public String writtenBack(String part) {
        return Memory.read(base) + " with " + part;
      }

      @Override
      public boolean mayBeCopy() {
        return mayBeCopy;
      }
    };
  }

  @Test
  void aViewFollowsWhatItIsOf() {
    Cell view = Memory.view("part of base", base, origin(false));
    Memory.write(base, "changed", "add_");
    assertThat(Memory.read(view)).isEqualTo("part of changed");
    assertThat(Memory.read(base)).isEqualTo("changed");
  }

  @Test
  void aChangedViewIsWrittenBackAndSeenByOthers() {
    Cell view = Memory.view("part of base", base, origin(false));
    Cell other = Memory.view("part of base", base, origin(false));
    Memory.write(view, "new", "mul_");
    assertThat(Memory.read(view)).isEqualTo("new");
    assertThat(Memory.read(base)).isEqualTo("base with new");
    assertThat(Memory.read(other)).isEqualTo("part of base with new");
  }

  @Test
  void whatMayBeACopyIsReadUntilTheOtherChanges() {
    Cell copy = Memory.view("reshaped", base, origin(true));
    assertThat(Memory.read(copy)).isEqualTo("reshaped");
    Memory.write(base, "changed", "relu_");
    assertThat(Memory.read(base)).isEqualTo("changed");
    assertThatThrownBy(() -> Memory.read(copy))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'relu_'")
        .hasMessageContaining("run_decompositions()");
  }

  @Test
  void aChangedCopyMayHaveChangedTheOther() {
    Cell copy = Memory.view("reshaped", base, origin(true));
    Memory.write(copy, "new", "mul_");
    assertThat(Memory.read(copy)).isEqualTo("new");
    assertThatThrownBy(() -> Memory.read(base)).hasMessageContaining("'mul_'");
  }
}
