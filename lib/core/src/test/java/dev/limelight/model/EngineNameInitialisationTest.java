package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DJL runs functions among blocks on its default engine to learn what they give. */
class EngineNameInitialisationTest {

  private static final String DEFAULT = "ai.djl.default_engine";

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void runsFunctionsOnTheEngineOfTheNetworkAlone(EngineName engine) {
    String before = System.getProperty(DEFAULT);
    List<String> engines = new ArrayList<>();
    Block block =
        new SequentialBlock()
            .add(
                new LambdaBlock(
                    arrays -> {
                      engines.add(arrays.head().getManager().getEngine().getEngineName());
                      return arrays;
                    }))
            .add(Linear.builder().setUnits(2).build());
    try (NDManager manager = engine.engine().newBaseManager()) {
      EngineName.initialise(block, manager, new Shape(1, 3));
      assertThat(engines).isNotEmpty().containsOnly(engine.djl());
      assertThat(block.getParameters().valueAt(0).getArray().getManager().getEngine())
          .isEqualTo(engine.engine());
      block.clear();
    }
    assertThat(System.getProperty(DEFAULT)).isEqualTo(before);
  }
}
