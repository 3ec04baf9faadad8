package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import dev.limelight.model.block.RecordedArithmetic;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The network of Howard et al. (ICCV 2019, arXiv:1905.02244) with timm's names. Input (N, 3, H, W);
 * the last convolution gives (N, C, H / 32, W / 32).
 *
 * @param large which of the two published networks it is
 * @param width by which the channels are multiplied, in steps of eight
 * @param epsilon of the normalisations: 1e-5 in timm, 1e-3 in torchvision
 */
@API(status = Status.INTERNAL)
public record MobileNetV3(boolean large, double width, double epsilon) {

  private static final int STEM = 16;

  /** From this width on, the first convolution is narrowed too. */
  private static final double NARROW_STEM = 0.75;

  private static final int STEP = 8;
  private static final double SQUEEZE = 0.25;

  /** Equal blocks, of which the first has the stride. */
  private record Stage(
      int group,
      int blocks,
      int kernel,
      int stride,
      double expansion,
      int channels,
      boolean squeeze,
      boolean relu) {}

  private static final List<Stage> SMALL =
      List.of(
          new Stage(0, 1, 3, 2, 1, 16, true, true),
          new Stage(1, 1, 3, 2, 4.5, 24, false, true),
          new Stage(1, 1, 3, 1, 3.67, 24, false, true),
          new Stage(2, 1, 5, 2, 4, 40, true, false),
          new Stage(2, 2, 5, 1, 6, 40, true, false),
          new Stage(3, 2, 5, 1, 3, 48, true, false),
          new Stage(4, 3, 5, 2, 6, 96, true, false));

  private static final List<Stage> LARGE =
      List.of(
          new Stage(0, 1, 3, 1, 1, 16, false, true),
          new Stage(1, 1, 3, 2, 4, 24, false, true),
          new Stage(1, 1, 3, 1, 3, 24, false, true),
          new Stage(2, 3, 5, 2, 3, 40, true, true),
          new Stage(3, 1, 3, 2, 6, 80, false, false),
          new Stage(3, 1, 3, 1, 2.5, 80, false, false),
          new Stage(3, 2, 3, 1, 2.3, 80, false, false),
          new Stage(4, 2, 3, 1, 6, 112, true, false),
          new Stage(5, 3, 5, 2, 6, 160, true, false));

  /** One block of a stage. */
  private record Unit(Stage stage, int input, int inner, int output, int stride) {

    boolean expands() {
      return stage.expansion() != 1;
    }

    boolean adds() {
      return stride == 1 && input == output;
    }
  }

  private List<Unit> units() {
    List<Unit> units = new ArrayList<>();
    int channels = stem();
    for (Stage stage : large ? LARGE : SMALL) {
      for (int i = 0; i < stage.blocks(); i++) {
        int output = rounded(stage.channels() * width);
        int inner = stage.expansion() == 1 ? channels : rounded(channels * stage.expansion());
        units.add(new Unit(stage, channels, inner, output, i == 0 ? stage.stride() : 1));
        channels = output;
      }
    }
    return units;
  }

  private int stem() {
    return width < NARROW_STEM ? STEM : rounded(STEM * width);
  }

  /** The nearest multiple of eight, never lower by more than a tenth. */
  private static int rounded(double exact) {
    int rounded = Math.max(STEP, (int) (exact + STEP / 2.0) / STEP * STEP);
    return rounded < 0.9 * exact ? rounded + STEP : rounded;
  }

  /**
   * The network without weights.
   *
   * @param classes outputs of the last linear layer
   */
  public SequentialBlock newBlock(int classes) {
    NamedBlock groups = new NamedBlock();
    NamedBlock group = new NamedBlock();
    for (Unit unit : units()) {
      if (unit.stage().group() == groups.getChildren().size()) {
        group = new NamedBlock();
        groups.with(Integer.toString(unit.stage().group()), group);
      }
      group.with(Integer.toString(group.getChildren().size()), block(unit));
    }
    NamedBlock last =
        new NamedBlock()
            .with("conv", Blocks.convolution(rounded((large ? 960 : 576) * width), 1, 1, 1, false))
            .with("bn1", norm())
            .with("act", activation(false));
    groups.with(Integer.toString(groups.getChildren().size()), new NamedBlock().with("0", last));
    return new NamedBlock()
        .with("conv_stem", Blocks.convolution(stem(), 3, 2, 1, false))
        .with("bn1", norm())
        .with("act1", activation(false))
        .with("blocks", groups)
        .with("global_pool", ShapedFunction.averagePool())
        .with("conv_head", Blocks.linear(large ? 1280 : 1024))
        .with("act2", activation(false))
        .with("classifier", Blocks.linear(classes));
  }

  private Block block(Unit unit) {
    boolean relu = unit.stage().relu();
    NamedBlock block = new NamedBlock();
    int number = 1;
    if (unit.expands()) {
      block
          .with("conv_pw", Blocks.convolution(unit.inner(), 1, 1, 1, false))
          .with("bn" + number++, norm())
          .with("act1", activation(relu));
    }
    int kernel = unit.stage().kernel();
    block
        .with(
            "conv_dw", Blocks.convolution(unit.inner(), kernel, unit.stride(), unit.inner(), false))
        .with("bn" + number++, norm())
        .with("act2", activation(relu));
    if (unit.stage().squeeze()) {
      block.step("squeeze_excitation", squeeze(unit.inner()));
    }
    block
        .with(
            unit.expands() ? "conv_pwl" : "conv_pw",
            Blocks.convolution(unit.output(), 1, 1, 1, false))
        .with("bn" + number, norm());
    return unit.adds() ? new NamedBlock().step("sum", Blocks.residual(block)) : block;
  }

  private static Block squeeze(int channels) {
    NamedBlock gate =
        new NamedBlock()
            .with(
                "pool",
                ShapedFunction.of(
                    MobileNetV3::mean, "globalAvgPool", each -> each.slice(0, 2).add(1).add(1)))
            .with("conv_reduce", Blocks.convolution(rounded(channels * SQUEEZE), 1, 1, 1, true))
            .with("act1", Blocks.relu())
            .with("conv_expand", Blocks.convolution(channels, 1, 1, 1, true))
            .with("gate", ShapedFunction.of(MobileNetV3::hardSigmoid, "hardSigmoid", each -> each));
    return Blocks.gated(new NamedBlock().with("se", gate));
  }

  private static Block activation(boolean relu) {
    return relu
        ? Blocks.relu()
        : ShapedFunction.of(array -> array.mul(hardSigmoid(array)), "hardSwish", each -> each);
  }

  /** The mean over all locations, (N, C, 1, 1). */
  private static NDArray mean(NDArray maps) {
    long locations = maps.getShape().get(2) * maps.getShape().get(3);
    return RecordedArithmetic.div(maps.sum(new int[] {2, 3}, true), locations);
  }

  /** Cut off at -3 and not at 0, so that it is not taken for a ReLU. */
  private static NDArray hardSigmoid(NDArray array) {
    return RecordedArithmetic.div(array.clip(-3, 3).add(3), 6);
  }

  private Block norm() {
    return Blocks.batchNorm(epsilon);
  }

  /** The modules in the order of computation, as torchvision calls them. */
  public List<String> torchvisionNames() {
    List<String> names = new ArrayList<>(List.of("features.0.0", "features.0.1"));
    int number = 1;
    for (Unit unit : units()) {
      String block = "features." + number++ + ".block.";
      int part = 0;
      if (unit.expands()) {
        pair(block + part++, names);
      }
      pair(block + part++, names);
      if (unit.stage().squeeze()) {
        names.add(block + part + ".fc1");
        names.add(block + part++ + ".fc2");
      }
      pair(block + part, names);
    }
    pair("features." + number, names);
    names.addAll(List.of("classifier.0", "classifier.3"));
    return names;
  }

  private static void pair(String module, List<String> names) {
    names.add(module + ".0");
    names.add(module + ".1");
  }
}
