package dev.limelight.zoo.hub;

import dev.limelight.zoo.ConvNext;
import dev.limelight.zoo.EfficientNetLite;
import dev.limelight.zoo.MobileNetV3;
import dev.limelight.zoo.ResNet;
import dev.limelight.zoo.Vgg;
import dev.limelight.zoo.VisionTransformer;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The architectures of timm and of torchvision by their names. */
final class TimmNetworks {

  /** Makes a network of a configuration. */
  private interface Maker {
    HubNetwork of(Settings config) throws IOException;
  }

  private static final String ARGUMENTS = "model_args";

  /** Arguments that only training heeds. */
  private static final Set<String> TRAINING =
      Set.of(
          "num_classes",
          "drop_rate",
          "drop_path_rate",
          "pos_drop_rate",
          "patch_drop_rate",
          "proj_drop_rate",
          "attn_drop_rate");

  private static final Pattern VIT =
      Pattern.compile("(vit|deit|deit3)_(tiny|small|medium|base|large)_patch(\\d+)_(\\d+)");

  private final Map<String, Maker> makers = new LinkedHashMap<>();

  TimmNetworks() {
    resNets();
    for (int layers : new int[] {11, 13, 16, 19}) {
      makers.put("vgg" + layers, config -> vgg(config, Vgg.of(layers, false)));
      makers.put("vgg" + layers + "_bn", config -> vgg(config, Vgg.of(layers, true)));
    }
    for (int i = 0; i < 5; i++) {
      EfficientNetLite size = EfficientNetLite.named("efficientnet-lite" + i).orElseThrow();
      makers.put("tf_efficientnet_lite" + i, config -> efficientNet(config, size));
    }
    mobileNets();
    convNexts();
    for (String name :
        List.of(
            "vit_tiny_patch16_224",
            "vit_tiny_patch16_384",
            "vit_small_patch8_224",
            "vit_small_patch16_224",
            "vit_small_patch16_384",
            "vit_small_patch32_224",
            "vit_small_patch32_384",
            "vit_base_patch8_224",
            "vit_base_patch16_224",
            "vit_base_patch16_384",
            "vit_base_patch32_224",
            "vit_base_patch32_384",
            "vit_large_patch14_224",
            "vit_large_patch16_224",
            "vit_large_patch16_384",
            "vit_large_patch32_224",
            "vit_large_patch32_384",
            "deit_tiny_patch16_224",
            "deit_small_patch16_224",
            "deit_base_patch16_224",
            "deit_base_patch16_384",
            "deit3_small_patch16_224",
            "deit3_small_patch16_384",
            "deit3_medium_patch16_224",
            "deit3_base_patch16_224",
            "deit3_base_patch16_384",
            "deit3_large_patch16_224",
            "deit3_large_patch16_384")) {
      makers.put(name, config -> transformer(config, name));
    }
    torchvisionTransformer("vit_b_16", 16, 768, 12);
    torchvisionTransformer("vit_b_32", 32, 768, 12);
    torchvisionTransformer("vit_l_16", 16, 1024, 24);
    torchvisionTransformer("vit_l_32", 32, 1024, 24);
  }

  /** The names that are supported. */
  Set<String> names() {
    return makers.keySet();
  }

  /**
   * The network of a configuration.
   *
   * @param name one of {@link #names}
   * @throws IOException if it has settings that are not supported; one sentence
   */
  HubNetwork of(String name, Settings config) throws IOException {
    Maker maker = makers.get(name);
    if (maker == null) {
      throw new IllegalArgumentException("no architecture " + name);
    }
    config.inner(ARGUMENTS).require("in_chans", 3);
    return maker.of(config);
  }

  private void resNets() {
    makers.put("resnet26", config -> resNet(config, new ResNet(List.of(2, 2, 2, 2), true)));
    for (int layers : new int[] {18, 34, 50, 101, 152}) {
      makers.put("resnet" + layers, config -> resNet(config, ResNet.of(layers)));
    }
  }

  private void mobileNets() {
    mobileNet("mobilenetv3_small_050", false, 0.5);
    mobileNet("mobilenetv3_small_075", false, 0.75);
    mobileNet("mobilenetv3_small_100", false, 1);
    mobileNet("mobilenetv3_large_075", true, 0.75);
    mobileNet("mobilenetv3_large_100", true, 1);
    torchvisionMobileNet("mobilenet_v3_small", new MobileNetV3(false, 1, 1e-3));
    torchvisionMobileNet("mobilenet_v3_large", new MobileNetV3(true, 1, 1e-3));
  }

  private void mobileNet(String name, boolean large, double width) {
    MobileNetV3 network = new MobileNetV3(large, width, 1e-5);
    makers.put(
        name,
        config -> HubNetwork.of(network::newBlock, convolutionalSide(config), "classifier.weight"));
  }

  private void torchvisionMobileNet(String name, MobileNetV3 network) {
    makers.put(
        name,
        config ->
            HubNetwork.of(network::newBlock, convolutionalSide(config), "classifier.3.weight")
                .ordered(network.torchvisionNames()));
  }

  private void convNexts() {
    convNext("convnext_atto", List.of(2, 2, 6, 2), 40);
    convNext("convnext_femto", List.of(2, 2, 6, 2), 48);
    convNext("convnext_pico", List.of(2, 2, 6, 2), 64);
    convNext("convnext_nano", List.of(2, 2, 8, 2), 80);
    convNext("convnext_tiny", List.of(3, 3, 9, 3), 96);
    convNext("convnext_small", List.of(3, 3, 27, 3), 96);
    convNext("convnext_base", List.of(3, 3, 27, 3), 128);
    convNext("convnext_large", List.of(3, 3, 27, 3), 192);
    convNext("convnext_xlarge", List.of(3, 3, 27, 3), 256);
  }

  private void convNext(String name, List<Integer> depths, int width) {
    makers.put(
        name,
        config -> {
          Settings arguments = arguments(config, Set.of("depths", "dims", "conv_mlp"));
          config.require("global_pool", "avg");
          ConvNext network =
              new ConvNext(
                  arguments.blocks("depths", depths),
                  arguments.sizes("dims", List.of(width, 2 * width, 4 * width, 8 * width)),
                  true,
                  ConvNext.EPSILON);
          return HubNetwork.of(network::newBlock, side(config, 224), "head.fc.weight")
              .renamed(TorchvisionNames.convNext());
        });
  }

  private static HubNetwork resNet(Settings config, ResNet published) throws IOException {
    Settings arguments = arguments(config, Set.of("layers"));
    config.require("global_pool", "avg");
    ResNet network =
        new ResNet(arguments.blocks("layers", published.units()), published.bottleneck());
    return HubNetwork.of(network::newBlock, side(config, 224), "fc.weight");
  }

  private static HubNetwork vgg(Settings config, Vgg network) throws IOException {
    return vgg(network, convolutionalSide(config));
  }

  static HubNetwork vgg(Vgg network, int side) {
    return HubNetwork.of(network::newBlock, side, "classifier.6.weight")
        .renamed(
            new NameRules()
                .with("pre_logits\\.fc1\\.(.*)", "classifier.0.$1")
                .with("pre_logits\\.fc2\\.(.*)", "classifier.3.$1")
                .with("head\\.fc\\.(.*)", "classifier.6.$1"));
  }

  private static HubNetwork efficientNet(Settings config, EfficientNetLite size)
      throws IOException {
    arguments(config, Set.of());
    config.require("global_pool", "avg");
    return HubNetwork.of(size::newBlock, side(config, size.side()), "classifier.weight")
        .ordered(size.timmNames());
  }

  private static HubNetwork transformer(Settings config, String name) throws IOException {
    Settings arguments =
        arguments(
            config,
            Set.of(
                "img_size",
                "patch_size",
                "embed_dim",
                "depth",
                "num_heads",
                "mlp_ratio",
                "qkv_bias",
                "init_values",
                "no_embed_class",
                "class_token",
                "global_pool"));
    arguments.require("class_token", true);
    arguments.require("global_pool", "token");
    config.require("global_pool", "token");
    Matcher parts = VIT.matcher(name);
    if (!parts.matches()) {
      throw new IllegalStateException(name + " is no name of a vision transformer");
    }
    boolean third = parts.group(1).equals("deit3");
    int width = arguments.size("embed_dim", width(parts.group(2)));
    VisionTransformer.Options options =
        new VisionTransformer.Options(
            VisionTransformer.Options.USUAL.epsilon(),
            arguments.flag("qkv_bias", true),
            third || arguments.has("init_values"),
            !arguments.flag("no_embed_class", third));
    VisionTransformer network =
        new VisionTransformer(
            arguments.size("img_size", side(config, Integer.parseInt(parts.group(4)))),
            arguments.size("patch_size", Integer.parseInt(parts.group(3))),
            width,
            arguments.blocks("depth", parts.group(2).equals("large") ? 24 : 12),
            arguments.size("num_heads", width(parts.group(2)) / 64),
            (int) (width * arguments.number("mlp_ratio", 4)),
            options);
    return HubNetwork.of(network::newBlock, network.side(), "head.weight");
  }

  private static int width(String size) {
    return switch (size) {
      case "tiny" -> 192;
      case "small" -> 384;
      case "medium" -> 512;
      case "base" -> 768;
      default -> 1024;
    };
  }

  private void torchvisionTransformer(String name, int patch, int width, int depth) {
    makers.put(
        name,
        config -> {
          arguments(config, Set.of());
          VisionTransformer network =
              new VisionTransformer(
                  side(config, 224),
                  patch,
                  width,
                  depth,
                  width / 64,
                  4 * width,
                  VisionTransformer.Options.USUAL);
          return HubNetwork.of(network::newBlock, network.side(), "head.weight")
              .renamed(TorchvisionNames.visionTransformer());
        });
  }

  private static Settings arguments(Settings config, Set<String> known) throws IOException {
    Settings arguments = config.inner(ARGUMENTS);
    Set<String> all = new HashSet<>(known);
    all.addAll(TRAINING);
    all.add("in_chans");
    arguments.allow(all);
    return arguments;
  }

  private static int convolutionalSide(Settings config) throws IOException {
    arguments(config, Set.of());
    config.require("global_pool", "avg");
    return side(config, 224);
  }

  /** The side of the input that a configuration gives. */
  private static int side(Settings config, int ifMissing) throws IOException {
    List<Integer> size =
        config.inner("pretrained_cfg").sizes("input_size", List.of(3, ifMissing, ifMissing));
    if (size.size() != 3 || size.get(0) != 3 || !size.get(1).equals(size.get(2))) {
      throw new IOException(
          config.file()
              + " gives an input_size of "
              + size
              + ", and three channels of a square picture, such as [3, 224, 224], are supported");
    }
    return size.get(1);
  }
}
