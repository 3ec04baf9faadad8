"""Makes zoo/*.json: names and shapes of the state dicts of timm, torchvision and transformers, and
the logits and Grad-CAM of networks with weights from a formula, which the tests follow.
Needs torch, timm, torchvision and transformers. Usage: make_zoo.py FOLDER [NAME ...], make_zoo.py FOLDER full for networks of full size,
or make_zoo.py FOLDER hub for the folder of a small network."""
import json
import math
import sys
import zlib

import numpy as np
import timm
import torch
import torchvision
import transformers
from timm.models.vgg import ConvMlp


def uniform(name, size):
    """Numbers from -1 to 1 that follow from a name."""
    h = (np.arange(size, dtype=np.uint64) * 2654435761 + zlib.crc32(name.encode())) & 0xFFFFFFFF
    h ^= h >> 15
    h = (h * 2246822519) & 0xFFFFFFFF
    h ^= h >> 13
    return h.astype(np.float64) / 2**31 - 1


def values(name, shape):
    u = uniform(name, math.prod(shape))
    kind = name.rsplit(".", 1)[-1]
    if kind == "running_var":
        u = 1 + 0.3 * u
    elif kind in ("gamma", "layer_scale", "layer_scale_parameter"):
        u = 0.5 + 0.3 * u
    elif "token" in name or "pos" in kind:
        u = 0.2 * u
    elif kind.endswith("weight") and len(shape) > 1:
        u = u * math.sqrt((6 if len(shape) == 4 else 3) / math.prod(shape[1:]))
    elif kind == "weight":
        u = 1 + 0.2 * u
    else:
        u = 0.1 * u
    return torch.from_numpy(u.astype(np.float32)).reshape(shape)


def layer_map(module, logits_of, x, target, tokens, last):
    kept = {}

    def keep(_, __, output):
        output = output[0] if isinstance(output, tuple) else output
        output.retain_grad()
        kept["a"] = output

    handle = module.register_forward_hook(keep)
    logits_of(x.requires_grad_())[0, target].backward()
    handle.remove()
    a, g = kept["a"], kept["a"].grad
    if tokens:
        side = int(math.isqrt(a.shape[1] - 1))
        a, g = (t[:, 1:].transpose(1, 2).reshape(1, -1, side, side) for t in (a, g))
    if last:
        a, g = (t.permute(0, 3, 1, 2) for t in (a, g))
    return (g.mean((2, 3), keepdim=True) * a).sum(1)[0].detach()


def case(config, net, side, layer, logits_of=None, tokens=False, last=False):
    net.eval()
    logits_of = logits_of or net
    shapes = {}
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            shapes[name] = list(tensor.shape)
            if not name.endswith("num_batches_tracked"):
                tensor.copy_(values(name, list(tensor.shape)))
    x = torch.from_numpy(2 * uniform("input", 3 * side * side)).float().reshape(1, 3, side, side)
    logits = logits_of(x).detach()[0]
    target = int(logits.argmax())
    cam = layer_map(net.get_submodule(layer), logits_of, x, target, tokens, last)
    return {
        "config": config,
        "side": side,
        "layer": layer,
        "logits": [float(f"{v:.7g}") for v in logits],
        "target": target,
        "cam": [[float(f"{v:.7g}") for v in row] for row in cam],
        "tensors": shapes,
    }


def of_timm(name, layer, side=None, net=None, tokens=False, classes=5, **arguments):
    net = net or timm.create_model(name, num_classes=classes, **arguments)
    side = side or net.pretrained_cfg["input_size"][-1]
    config = {
        "architecture": name,
        "num_classes": classes,
        "model_args": arguments,
        "pretrained_cfg": {"input_size": [3, side, side]},
    }
    return case(config, net, side, layer, tokens=tokens)


def of_torchvision(name, layer, side=224, net=None, arguments=None, **options):
    net = net or torchvision.models.get_model(name, num_classes=5)
    config = {
        "architecture": name,
        "num_classes": 5,
        "model_args": arguments or {},
        "pretrained_cfg": {"input_size": [3, side, side]},
    }
    return case(config, net, side, layer, **options)


def of_transformers(kind, layer, side, tokens=False, **arguments):
    config = transformers.AutoConfig.for_model(kind, num_labels=5, **arguments)
    net = transformers.AutoModelForImageClassification.from_config(config)
    # The file that save_pretrained writes has the differences from the defaults alone.
    stated = config.to_diff_dict() | {"architectures": [type(net).__name__]}
    stated.pop("transformers_version", None)
    return case(stated, net, side, layer, lambda x: net(x).logits, tokens)


def small_vgg(**arguments):
    net = timm.models.vgg.VGG([8, "M", 8, "M", 16, "M", 16, "M", 16, "M"], **arguments)
    net.pre_logits = ConvMlp(16, 32)
    net.head.fc = torch.nn.Linear(32, 5)
    return net


def small_torchvision_convnext():
    blocks = [(8, 16, 1), (16, 24, 1), (24, 32, 2), (32, None, 1)]
    return torchvision.models.convnext.ConvNeXt(
        [torchvision.models.convnext.CNBlockConfig(*block) for block in blocks], num_classes=5
    )


def small_torchvision_vit():
    return torchvision.models.VisionTransformer(
        image_size=48,
        patch_size=8,
        num_layers=3,
        num_heads=4,
        hidden_dim=32,
        mlp_dim=48,
        num_classes=5,
    )


def small_torchvision_vgg():
    vgg = torchvision.models.vgg
    net = vgg.VGG(vgg.make_layers([8, "M", 8, "M", 16, "M", 16, "M", 16, "M"]), 5)
    net.classifier[0] = torch.nn.Linear(16 * 49, 32)
    net.classifier[3] = torch.nn.Linear(32, 32)
    net.classifier[6] = torch.nn.Linear(32, 5)
    return net


CASES = {
    "resnet18": lambda: of_timm("resnet18", "layer4", side=64),
    "vgg-torchvision": lambda: of_torchvision("vgg", "features", net=small_torchvision_vgg()),
    "vgg-timm": lambda: of_timm("vgg", "features", 224, small_vgg()),
    "vgg-bn-timm": lambda: of_timm(
        "vgg_bn", "features", 224, small_vgg(norm_layer=torch.nn.BatchNorm2d)
    ),
    "tf_efficientnet_lite0": lambda: of_timm("tf_efficientnet_lite0", "bn2", side=97),
    "mobilenetv3_small_050": lambda: of_timm("mobilenetv3_small_050", "blocks", side=96),
    "mobilenetv3_large_075": lambda: of_timm("mobilenetv3_large_075", "blocks", side=96),
    "mobilenet_v3_small": lambda: of_torchvision("mobilenet_v3_small", "features", side=96),
    "mobilenet_v3_large": lambda: of_torchvision("mobilenet_v3_large", "features", side=64),
    "convnext_atto": lambda: of_timm("convnext_atto", "stages", side=96),
    "convnext-small-stages": lambda: of_timm(
        "convnext_tiny", "stages", side=64, depths=[1, 1, 2, 1], dims=[8, 16, 24, 32]
    ),
    "convnext-torchvision": lambda: of_torchvision(
        "convnext_tiny",
        "features",
        side=64,
        net=small_torchvision_convnext(),
        arguments={"depths": [1, 1, 2, 1], "dims": [8, 16, 24, 32]},
    ),
    "convnext-transformers": lambda: of_transformers(
        "convnext", "convnext.encoder.stages.3", 64, depths=[1, 1, 2, 1], hidden_sizes=[8, 16, 24, 32]
    ),
    "vit": lambda: of_timm(
        "vit_tiny_patch16_224",
        "blocks.1",
        side=64,
        tokens=True,
        img_size=64,
        embed_dim=32,
        depth=3,
        num_heads=4,
    ),
    "deit": lambda: of_timm(
        "deit_tiny_patch16_224", "blocks.10", tokens=True, img_size=64, side=64
    ),
    "deit3": lambda: of_timm(
        "deit3_small_patch16_224",
        "blocks.1",
        side=64,
        tokens=True,
        img_size=64,
        embed_dim=32,
        depth=3,
        num_heads=4,
    ),
    "vit-torchvision": lambda: of_torchvision(
        "vit",
        "encoder.layers.encoder_layer_1",
        side=48,
        net=small_torchvision_vit(),
        tokens=True,
    ),
    "vit-transformers": lambda: of_transformers(
        "vit",
        "vit.encoder.layer.1",
        48,
        tokens=True,
        image_size=48,
        patch_size=8,
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=48,
    ),
    "resnet-transformers": lambda: of_transformers(
        "resnet", "resnet.encoder.stages.1", 64, depths=[1, 2], hidden_sizes=[256, 512]
    ),
    "resnet-basic-transformers": lambda: of_transformers(
        "resnet", "resnet.encoder.stages.1", 64, depths=[2, 1], hidden_sizes=[64, 128], layer_type="basic"
    ),
}

FULL = {
    "resnet50": lambda: of_timm("resnet50", "layer4"),
    "vgg16": lambda: of_timm("vgg16", "features"),
    "convnext_tiny": lambda: of_timm("convnext_tiny", "stages"),
    "vit_tiny_patch16_224": lambda: of_timm("vit_tiny_patch16_224", "blocks.10", tokens=True),
    "vit_b_16": lambda: of_torchvision(
        "vit_b_16", "encoder.layers.encoder_layer_10", tokens=True
    ),
    "deit_tiny_patch16_224": lambda: of_timm("deit_tiny_patch16_224", "blocks.10", tokens=True),
    "mobilenet_v3_small": lambda: of_torchvision("mobilenet_v3_small", "features"),
    "mobilenet_v3_large": lambda: of_torchvision("mobilenet_v3_large", "features"),
    "mobilenetv3_large_100": lambda: of_timm("mobilenetv3_large_100", "blocks"),
    "tf_efficientnet_lite0": lambda: of_timm("tf_efficientnet_lite0", "bn2"),
}

def hub_folder(folder):
    """A folder as timm pushes it to the hub, with the names of its classes."""
    torch.manual_seed(0)
    arguments = dict(img_size=32, patch_size=8, embed_dim=16, depth=2, num_heads=2)
    names = ["tabby", "Siamese", "beagle", "collie", "hare"]
    net = timm.create_model("vit_tiny_patch16_224", num_classes=len(names), **arguments)
    timm.models.save_for_hf(
        net, folder, model_config={"label_names": names}, model_args=arguments, safe_serialization=True
    )


if __name__ == "__main__":
    folder, *chosen = sys.argv[1:]
    if chosen == ["hub"]:
        hub_folder(folder)
        sys.exit()
    cases = FULL if chosen == ["full"] else CASES
    for name in cases if chosen in ([], ["full"]) else chosen:
        torch.manual_seed(0)
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump(cases[name](), file)
        print(name)
