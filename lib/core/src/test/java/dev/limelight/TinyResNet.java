package dev.limelight;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The small network of the fixtures, as a symbol and as blocks. */
public final class TinyResNet {

  public static final List<String> LABELS = List.of("circle", "square", "triangle", "cross");

  /** What the symbol calls a layer, and what the blocks call it. */
  public static final Map<String, String> BLOCK_PATHS =
      Map.of("layer2", "06SequentialBlock", "layer3", "07SequentialBlock");

  private TinyResNet() {}

  public static Path folder() {
    return Fixtures.folder("fixtures");
  }

  public static NDList golden(NDManager manager) {
    return read(manager, "golden.npz");
  }

  /** Maps by other packages, which scripts/golden_maps.py makes. */
  public static NDList camGolden(NDManager manager) {
    return read(manager, "cam-golden.npz");
  }

  public static Model symbol() {
    Model model = Model.newInstance("tiny-resnet", "MXNet");
    try {
      model.load(folder(), "tiny-resnet");
    } catch (IOException | MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    return model;
  }

  public static Path onnxFile() {
    return folder().resolve("tiny-resnet.onnx");
  }

  /** The fixture in any of its forms: symbol, traced, scripted, onnx, or blocks on an engine. */
  public static Model of(String kind) {
    try {
      return switch (kind) {
        case "symbol" -> symbol();
        case "onnx" -> ModelFile.of(onnxFile()).load();
        case "traced", "scripted" -> torchScript("tiny-resnet-" + kind);
        default -> blocks(kind);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a form calls the layer that the fixtures call layer2 or layer3. */
  public static String path(String kind, String layer) {
    return Character.isUpperCase(kind.charAt(0)) ? BLOCK_PATHS.get(layer) : layer;
  }

  private static Model torchScript(String name) {
    Model model = Model.newInstance(name, "PyTorch");
    try {
      model.load(folder(), name);
    } catch (IOException | MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    return model;
  }

  public static Model blocks(String engine) {
    Model model = Model.newInstance("tiny-resnet", engine);
    SequentialBlock net = network();
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDList weights = read(scope, "tiny-resnet-weights.npz");
      List<Block> children = net.getChildren().values();
      copy(weights, "conv1", children.get(0));
      copy(weights, "bn1", children.get(1));
      for (int i = 1; i <= 3; i++) {
        copyResidual(weights, "layer" + i, children.get(3 + i));
      }
      copy(weights, "fc", children.get(8));
    }
    return model;
  }

  /** The blocks without weights. */
  public static SequentialBlock network() {
    SequentialBlock net = new SequentialBlock();
    net.add(convolution(8, 3, 1)).add(BatchNorm.builder().build()).add(Activation.reluBlock());
    net.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    net.add(residual(8, 1, false)).add(residual(16, 2, true)).add(residual(32, 2, true));
    return net.add(Pool.globalAvgPool2dBlock()).add(Linear.builder().setUnits(4).build());
  }

  private static Block residual(int channels, int stride, boolean project) {
    SequentialBlock main =
        new SequentialBlock()
            .add(convolution(channels, 3, stride))
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(convolution(channels, 3, 1))
            .add(BatchNorm.builder().build());
    SequentialBlock skip = new SequentialBlock();
    if (project) {
      skip.add(convolution(channels, 1, stride)).add(BatchNorm.builder().build());
    } else {
      skip.addSingleton(array -> array, "identity");
    }
    return new SequentialBlock()
        .add(
            new ParallelBlock(
                outputs -> new NDList(outputs.get(0).head().add(outputs.get(1).head())),
                List.of(main, skip)))
        .add(Activation.reluBlock());
  }

  private static Conv2d convolution(int channels, int kernel, int stride) {
    return Conv2d.builder()
        .setKernelShape(new Shape(kernel, kernel))
        .setFilters(channels)
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optBias(false)
        .build();
  }

  private static void copyResidual(NDList weights, String key, Block block) {
    List<Block> branches = block.getChildren().get(0).getValue().getChildren().values();
    List<Block> main = branches.get(0).getChildren().values();
    copy(weights, key + ".conv1", main.get(0));
    copy(weights, key + ".bn1", main.get(1));
    copy(weights, key + ".conv2", main.get(3));
    copy(weights, key + ".bn2", main.get(4));
    List<Block> skip = branches.get(1).getChildren().values();
    if (skip.size() == 2) {
      copy(weights, key + ".downsample.0", skip.get(0));
      copy(weights, key + ".downsample.1", skip.get(1));
    }
  }

  private static void copy(NDList weights, String key, Block block) {
    for (Parameter parameter : block.getDirectParameters().values()) {
      String name =
          switch (parameter.getType()) {
            case GAMMA, WEIGHT -> "weight";
            case BETA, BIAS -> "bias";
            case RUNNING_MEAN -> "running_mean";
            case RUNNING_VAR -> "running_var";
            default -> throw new IllegalStateException("unexpected " + parameter.getType());
          };
      NDArray value = weights.get(key + "." + name);
      NativeArrays.set(parameter.getArray(), value.toFloatArray());
    }
  }

  private static NDList read(NDManager manager, String file) {
    try (InputStream in = Files.newInputStream(folder().resolve(file))) {
      return NDList.decode(manager, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
