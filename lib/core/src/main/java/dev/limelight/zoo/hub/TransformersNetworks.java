package dev.limelight.zoo.hub;

import dev.limelight.torch.TorchTensor;
import dev.limelight.zoo.ConvNext;
import dev.limelight.zoo.ResNet;
import dev.limelight.zoo.VisionTransformer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The image classifiers of Hugging Face's transformers by the names of their classes. */
final class TransformersNetworks {

  private static final String RESNET = "ResNetForImageClassification";
  private static final String VIT = "ViTForImageClassification";
  private static final String CONVNEXT = "ConvNextForImageClassification";

  private TransformersNetworks() {}

  /** The classes that are supported. */
  static List<String> names() {
    return List.of(RESNET, VIT, CONVNEXT);
  }

  /**
   * The network of a configuration.
   *
   * @param name one of {@link #names}
   * @throws IOException if it has settings that are not supported; one sentence
   */
  static HubNetwork of(String name, Settings config) throws IOException {
    config.require("num_channels", 3);
    return switch (name) {
      case RESNET -> resNet(config);
      case VIT -> transformer(config);
      case CONVNEXT -> convNext(config);
      default -> throw new IllegalArgumentException("no architecture " + name);
    };
  }

  private static HubNetwork resNet(Settings config) throws IOException {
    config.require("hidden_act", "relu");
    config.require("downsample_in_first_stage", false);
    config.require("downsample_in_bottleneck", false);
    config.require("embedding_size", 64);
    String type = config.text("layer_type").orElse("bottleneck");
    boolean bottleneck = type.equals("bottleneck");
    if (!bottleneck) {
      config.require("layer_type", "basic");
    }
    List<Integer> depths = config.blocks("depths", List.of(3, 4, 6, 3));
    List<Integer> widths = config.sizes("hidden_sizes", List.of(256, 512, 1024, 2048));
    for (int i = 0; i < widths.size(); i++) {
      if (widths.size() != depths.size() || widths.get(i) != (bottleneck ? 256 : 64) << i) {
        throw new IOException(
            config.file()
                + " gives hidden_sizes "
                + widths
                + " and depths "
                + depths
                + ", and supported are those that begin with "
                + (bottleneck ? 256 : 64)
                + " and double with each stage");
      }
    }
    ResNet network = new ResNet(depths, bottleneck);
    NameRules rules =
        new NameRules()
            .with("resnet\\.embedder\\.embedder\\.convolution\\.(.*)", "conv1.$1")
            .with("resnet\\.embedder\\.embedder\\.normalization\\.(.*)", "bn1.$1")
            .with("classifier\\.1\\.(.*)", "fc.$1");
    for (int i = 0; i < depths.size(); i++) {
      String unit = "resnet\\.encoder\\.stages\\." + i + "\\.layers\\.(\\d+)\\.";
      String layer = "layer" + (i + 1) + ".$1.";
      rules
          .with(unit + "shortcut\\.convolution\\.(.*)", layer + "downsample.0.$2")
          .with(unit + "shortcut\\.normalization\\.(.*)", layer + "downsample.1.$2");
      for (int j = 0; j < 3; j++) {
        rules
            .with(unit + "layer\\." + j + "\\.convolution\\.(.*)", layer + "conv" + (j + 1) + ".$2")
            .with(
                unit + "layer\\." + j + "\\.normalization\\.(.*)", layer + "bn" + (j + 1) + ".$2");
      }
    }
    return HubNetwork.of(network::newBlock, HubNetwork.ANY_SIDE, "fc.weight").renamed(rules);
  }

  private static HubNetwork transformer(Settings config) throws IOException {
    config.require("hidden_act", "gelu");
    int width = config.size("hidden_size", 768);
    VisionTransformer network =
        new VisionTransformer(
            config.size("image_size", 224),
            config.size("patch_size", 16),
            width,
            config.blocks("num_hidden_layers", 12),
            config.size("num_attention_heads", 12),
            config.size("intermediate_size", 3072),
            new VisionTransformer.Options(
                config.number("layer_norm_eps", 1e-12),
                config.flag("qkv_bias", true),
                false,
                true));
    String layer = "vit\\.encoder\\.layer\\.(\\d+)\\.";
    NameRules rules =
        new NameRules()
            .with("vit\\.embeddings\\.cls_token", "cls_token")
            .with("vit\\.embeddings\\.position_embeddings", "pos_embed")
            .with("vit\\.embeddings\\.patch_embeddings\\.projection\\.(.*)", "patch_embed.proj.$1")
            .with(
                layer + "attention\\.attention\\.(query|key|value)\\.(.*)", "blocks.$1.attn.$2.$3")
            .with(layer + "attention\\.output\\.dense\\.(.*)", "blocks.$1.attn.proj.$2")
            .with(layer + "intermediate\\.dense\\.(.*)", "blocks.$1.mlp.fc1.$2")
            .with(layer + "output\\.dense\\.(.*)", "blocks.$1.mlp.fc2.$2")
            .with(layer + "layernorm_before\\.(.*)", "blocks.$1.norm1.$2")
            .with(layer + "layernorm_after\\.(.*)", "blocks.$1.norm2.$2")
            .with("vit\\.layernorm\\.(.*)", "norm.$1")
            .with("classifier\\.(.*)", "head.$1");
    return HubNetwork.of(network::newBlock, network.side(), "head.weight")
        .renamed(tensors -> rules.apply(withoutPooler(tensors)));
  }

  /** The classifier does not read what pools for pretraining, though a file may hold it. */
  private static Map<String, TorchTensor> withoutPooler(Map<String, TorchTensor> tensors) {
    Map<String, TorchTensor> fewer = new LinkedHashMap<>(tensors);
    fewer.keySet().removeIf(name -> name.startsWith("vit.pooler."));
    return fewer;
  }

  private static HubNetwork convNext(Settings config) throws IOException {
    config.require("hidden_act", "gelu");
    config.require("patch_size", 4);
    ConvNext network =
        new ConvNext(
            config.blocks("depths", List.of(3, 3, 9, 3)),
            config.sizes("hidden_sizes", List.of(96, 192, 384, 768)),
            config.number("layer_scale_init_value", 1e-6) > 0,
            config.number("layer_norm_eps", 1e-12));
    String stage = "convnext\\.encoder\\.stages\\.(\\d+)\\.";
    String layer = stage + "layers\\.(\\d+)\\.";
    String block = "stages.$1.blocks.$2.";
    NameRules rules =
        new NameRules()
            .with("convnext\\.embeddings\\.patch_embeddings\\.(.*)", "stem.0.$1")
            .with("convnext\\.embeddings\\.layernorm\\.(.*)", "stem.1.$1")
            .with(stage + "downsampling_layer\\.([01])\\.(.*)", "stages.$1.downsample.$2.$3")
            .with(layer + "layer_scale_parameter", block + "gamma")
            .with(layer + "dwconv\\.(.*)", block + "conv_dw.$3")
            .with(layer + "layernorm\\.(.*)", block + "norm.$3")
            .with(layer + "pwconv1\\.(.*)", block + "mlp.fc1.$3")
            .with(layer + "pwconv2\\.(.*)", block + "mlp.fc2.$3")
            .with("convnext\\.layernorm\\.(.*)", "head.norm.$1")
            .with("classifier\\.(.*)", "head.fc.$1");
    return HubNetwork.of(network::newBlock, HubNetwork.ANY_SIDE, "head.fc.weight").renamed(rules);
  }
}
