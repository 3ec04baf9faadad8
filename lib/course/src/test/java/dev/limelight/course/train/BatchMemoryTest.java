package dev.limelight.course.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.ScenesDataset;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.zoo.NamedBlock;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many pictures take no more native memory at once than a few. */
class BatchMemoryTest {

  /** One picture takes seven megabytes: twelve outputs of 16 channels. */
  private static final long MOST = 64L << 20;

  private static final ScenesDataset DATA =
      Scenes.builder().optSide(96).optLabels("circle", "cross").build().asDataset(0, 40, 20, true);

  /** The bytes of all arrays that are open when the last block runs. */
  private final AtomicLong open = new AtomicLong();

  private NDArray counted(NDArray array) {
    long bytes =
        array.getManager().getManagedArrays().stream()
            .mapToLong(one -> one.size() * one.getDataType().getNumOfBytes())
            .sum();
    open.accumulateAndGet(bytes, Math::max);
    return array;
  }

  private Model model(EngineName engine) {
    NamedBlock base = new NamedBlock();
    for (int i = 0; i < 4; i++) {
      base.with("stage" + i, Networks.rectified(16, 1, 1));
    }
    NamedBlock net =
        new NamedBlock()
            .with("base", base)
            .with("pool", Pool.globalAvgPool2dBlock())
            .with("flatten", Blocks.batchFlattenBlock())
            .with("linear", Linear.builder().setUnits(2).build())
            .with("counted", LambdaBlock.singleton(this::counted, "Counted"));
    return Networks.initialised("net", engine, net, new Shape(3, 96, 96));
  }

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void predictionsKeepTheOutputsOfFewPictures(EngineName engine) throws IOException {
    try (Model model = model(engine)) {
      open.set(0);
      assertThat(Predictions.of(model, DATA).size()).isEqualTo(40);
      assertThat(open.get()).isBetween(1L << 20, MOST);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXNET", "PYTORCH"})
  void cachedFeaturesKeepTheOutputsOfFewPictures(EngineName engine) throws IOException {
    try (Model model = model(engine)) {
      open.set(0);
      LayerPath layer = LayerPath.of("base");
      CachedFeatures.of(model, layer, this::counted, DATA, 20, 1, () -> {});
      assertThat(open.get()).isBetween(1L << 20, MOST);
    }
  }
}
