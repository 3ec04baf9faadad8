package dev.limelight.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import dev.limelight.data.ImageNet;
import dev.limelight.model.EngineName;
import dev.limelight.model.PreprocessingSettings;
import dev.limelight.model.PreprocessingSettings.Setting;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.loading.PublishedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * EfficientNet-Lite, the EfficientNet of Tan and Le (ICML 2019, arXiv:1905.11946) without
 * squeeze-and-excitation and with ReLU6, of which five sizes are published. Input (N, 3, side,
 * side) as {@code pixel / 127.5 - 1}; the last convolution gives (N, 1280, side / 32, side / 32).
 * Other sides than the published one work too.
 *
 * <p>Stochastic depth, which only training from scratch uses, is left out.
 *
 * @param number from 0 to 4, the published size
 * @param width by which the channels are multiplied, in steps of eight
 * @param depth by which the number of blocks in a stage is multiplied
 * @param side of the input for which it was made, in pixels
 * @param dropout before the linear layer
 */
public record EfficientNetLite(int number, float width, float depth, int side, float dropout)
    implements PublishedNetwork {

  /** The channels of the last convolution. */
  public static final int FEATURES = 1280;

  private static final int STEM = 32;

  /** One stage, before it is scaled. */
  private record Stage(int blocks, int kernel, int stride, int expansion, int channels) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 3, 1, 1, 16),
          new Stage(2, 3, 2, 6, 24),
          new Stage(2, 5, 2, 6, 40),
          new Stage(3, 3, 2, 6, 80),
          new Stage(3, 5, 1, 6, 112),
          new Stage(4, 5, 2, 6, 192),
          new Stage(1, 3, 1, 6, 320));

  /** 4.7 million parameters, 224 pixels. */
  public static EfficientNetLite lite0() {
    return new EfficientNetLite(0, 1.0f, 1.0f, 224, 0.2f);
  }

  /** 5.4 million parameters, 240 pixels. */
  public static EfficientNetLite lite1() {
    return new EfficientNetLite(1, 1.0f, 1.1f, 240, 0.2f);
  }

  /** 6.1 million parameters, 260 pixels. */
  public static EfficientNetLite lite2() {
    return new EfficientNetLite(2, 1.1f, 1.2f, 260, 0.3f);
  }

  /** 8.2 million parameters, 280 pixels. */
  public static EfficientNetLite lite3() {
    return new EfficientNetLite(3, 1.2f, 1.4f, 280, 0.3f);
  }

  /** 13.0 million parameters, 300 pixels. */
  public static EfficientNetLite lite4() {
    return new EfficientNetLite(4, 1.4f, 1.8f, 300, 0.3f);
  }

  @Override
  public String name() {
    return "efficientnet-lite" + number;
  }

  /**
   * The whole network without weights: stem, stage1 to stage7, head, pool, dropout, linear.
   *
   * @param classes outputs of the linear layer
   */
  public SequentialBlock newBlock(int classes) {
    return convolutions()
        .with("pool", ShapedFunction.averagePool())
        .with("dropout", Dropout.builder().optRate(dropout).build())
        .with("linear", Linear.builder().setUnits(classes).build());
  }

  /**
   * The convolutions without weights: what comes before pooling, as a frozen base for a new head.
   */
  public SequentialBlock newFeatures() {
    return convolutions();
  }

  /** The size of that name, or nothing. */
  public static Optional<EfficientNetLite> named(String name) {
    return Stream.of(lite0(), lite1(), lite2(), lite3(), lite4())
        .filter(size -> size.name().equals(name))
        .findFirst();
  }

  /**
   * The whole network with its ImageNet weights, ready to use, whose preprocessing and labels are
   * found automatically; the caller closes it.
   *
   * @throws IOException if there are no weights in {@link ModelFolders}; the message says how to
   *     get them
   */
  public Model load(EngineName engine) throws IOException {
    return load(engine, null);
  }

  @Override
  public Model load(EngineName engine, @Nullable Device device) throws IOException {
    Model model = engine.newModel(name(), device);
    boolean loaded = false;
    try {
      Block network = newBlock(ImageNet.labels().size());
      EngineName.initialise(network, model.getNDManager(), new Shape(1, 3, side, side));
      fill(network, weights());
      model.setBlock(network);
      PreprocessingSettings.NONE.with(Setting.MEAN, "0.5").with(Setting.STD, "0.5").storeIn(model);
      ModelMetadata.setImageNet(model);
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  @Override
  public Path weights() throws IOException {
    return EfficientNetWeights.find(this);
  }

  /**
   * Fills a network with weights.
   *
   * @param network {@link #newBlock} or {@link #newFeatures}, initialised
   * @param weights a state dict of this size, by the names of timm or of the package
   *     efficientnet-lite-pytorch, or by any others if the modules come in the same order
   * @throws IOException if the file cannot be read, or is of another network
   */
  public void fill(Block network, Path weights) throws IOException {
    EfficientNetWeights.fill(this, network, weights);
  }

  /** The modules in the order of computation, as timm calls them. */
  public List<String> timmNames() {
    return EfficientNetWeights.timmNames(this);
  }

  /** How many blocks each stage has. */
  List<Integer> blocks() {
    List<Integer> blocks = new ArrayList<>();
    for (int i = 0; i < STAGES.size(); i++) {
      int once = STAGES.get(i).blocks();
      boolean end = i == 0 || i == STAGES.size() - 1;
      // A float times an integer may come out a trace above the whole number that is meant.
      blocks.add(end ? once : (int) Math.ceil(Math.round(depth * once * 100) / 100.0));
    }
    return blocks;
  }

  private NamedBlock convolutions() {
    NamedBlock network = new NamedBlock().with("stem", unit(STEM, 3, 2, 1));
    int channels = STEM;
    for (int i = 0; i < STAGES.size(); i++) {
      Stage stage = STAGES.get(i);
      int output = scaled(stage.channels());
      NamedBlock nest = new NamedBlock();
      for (int j = 0; j < blocks().get(i); j++) {
        nest.with("block" + (j + 1), block(stage, channels, output, j == 0 ? stage.stride() : 1));
        channels = output;
      }
      network.with("stage" + (i + 1), nest);
    }
    return network.with("head", unit(FEATURES, 1, 1, 1));
  }

  /** An inverted bottleneck; it adds its input where that has the output's shape. */
  private static Block block(Stage stage, int input, int output, int stride) {
    int inner = input * stage.expansion();
    NamedBlock main = new NamedBlock();
    if (stage.expansion() != 1) {
      main.with("expand", unit(inner, 1, 1, 1));
    }
    main.with("depthwise", unit(inner, stage.kernel(), stride, inner))
        .with(
            "project",
            new NamedBlock()
                .with("convolution", new SameConvolution(output, 1, 1, 1))
                .with("norm", norm()));
    if (stride != 1 || input != output) {
      return main;
    }
    return Blocks.residual(main);
  }

  private static NamedBlock unit(int filters, int kernel, int stride, int groups) {
    return new NamedBlock()
        .with("convolution", new SameConvolution(filters, kernel, stride, groups))
        .with("norm", norm())
        .with("relu6", ShapedFunction.relu6());
  }

  private static Block norm() {
    return BatchNorm.builder().optEpsilon(1e-3f).optMomentum(0.99f).build();
  }

  /** Channels multiplied and rounded to a multiple of eight, never down by more than a tenth. */
  private int scaled(int channels) {
    double exact = channels * (double) width;
    int rounded = Math.max(8, (int) (exact + 4) / 8 * 8);
    return rounded < 0.9 * exact ? rounded + 8 : rounded;
  }
}
