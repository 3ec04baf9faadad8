package dev.limelight.zoo.hub;

/** The names of torchvision's state dicts as those of timm's; timm's own stay as they are. */
final class TorchvisionNames {

  private static final int STAGES = 4;

  private TorchvisionNames() {}

  static NameRules convNext() {
    NameRules rules = new NameRules().with("features\\.0\\.([01])\\.(.*)", "stem.$1.$2");
    for (int i = 0; i < STAGES; i++) {
      String block = "features\\." + (2 * i + 1) + "\\.(\\d+)\\.";
      String stage = "stages." + i + ".";
      String layer = stage + "blocks.$1.";
      rules
          .with("features\\." + 2 * i + "\\.([01])\\.(.*)", stage + "downsample.$1.$2")
          .with(block + "layer_scale", layer + "gamma")
          .with(block + "block\\.0\\.(.*)", layer + "conv_dw.$2")
          .with(block + "block\\.2\\.(.*)", layer + "norm.$2")
          .with(block + "block\\.3\\.(.*)", layer + "mlp.fc1.$2")
          .with(block + "block\\.5\\.(.*)", layer + "mlp.fc2.$2");
    }
    return rules
        .with("classifier\\.0\\.(.*)", "head.norm.$1")
        .with("classifier\\.2\\.(.*)", "head.fc.$1");
  }

  static NameRules visionTransformer() {
    String layer = "encoder\\.layers\\.encoder_layer_(\\d+)\\.";
    return new NameRules()
        .with("class_token", "cls_token")
        .with("conv_proj\\.(.*)", "patch_embed.proj.$1")
        .with("encoder\\.pos_embedding", "pos_embed")
        .with(layer + "ln_([12])\\.(.*)", "blocks.$1.norm$2.$3")
        .with(layer + "self_attention\\.in_proj_(weight|bias)", "blocks.$1.attn.qkv.$2")
        .with(layer + "self_attention\\.out_proj\\.(.*)", "blocks.$1.attn.proj.$2")
        .with(layer + "mlp\\.(0|linear_1)\\.(.*)", "blocks.$1.mlp.fc1.$3")
        .with(layer + "mlp\\.(3|linear_2)\\.(.*)", "blocks.$1.mlp.fc2.$3")
        .with("encoder\\.ln\\.(.*)", "norm.$1")
        .with("heads\\.head\\.(.*)", "head.$1");
  }
}
