"""Networks of torchvision and timm with random weights as ONNX, written by both of PyTorch's exporters, and beside each what
PyTorch computes of it: python onnx_models.py FOLDER [NAME...]

NAME.npz holds a batch of two pictures (input), their logits, the gradient of the logits of class 7 with respect to the pictures,
differentiated in float64 (gradient) and in float32 (gradient32), and for the last modules with locations their
output (features_MODULE) and Grad-CAM's map before its ReLU (map_MODULE)."""
import logging
import math
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

TORCHVISION = ["resnet18", "resnet50", "densenet121", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "convnext_tiny",
               "squeezenet1_1", "googlenet", "regnet_y_400mf", "shufflenet_v2_x1_0", "mnasnet1_0", "inception_v3", "swin_t",
               "swin_v2_t", "vit_b_32", "maxvit_t", "vgg11"]
TIMM = ["vit_tiny_patch16_224", "deit_tiny_patch16_224", "tf_efficientnet_lite0", "mobilevit_xs", "mobilevitv2_050",
        "poolformer_s12", "ghostnet_100", "edgenext_xx_small", "efficientformer_l1", "efficientformerv2_s0", "levit_128s",
        "mobilenetv4_conv_small", "repvgg_a0", "fastvit_t8", "mixer_s32_224", "resmlp_12_224", "pvt_v2_b0", "cait_xxs24_224",
        "xcit_nano_12_p8_224", "coat_lite_tiny", "coatnet_nano_rw_224", "hrnet_w18_small", "nfnet_l0", "resnext26ts",
        "skresnet18", "res2net50_14w_8s", "convmixer_768_32", "focalnet_tiny_srf", "davit_tiny", "efficientvit_b0",
        "efficientvit_m0"]
# Beside those, as torch.export saves them and as folders of the hub.
FURTHER = ["vgg11_bn", "vit_b_16"]
KINDS = {"dynamo": True, "script": False}
LABEL = 7


def names(given, all_of_them):
    """Those that were given; without any, all, each in a process of its own, which frees its memory."""
    if given:
        return given
    for name in all_of_them:
        if subprocess.run([sys.executable, *sys.argv, name]).returncode:
            print(f"{name}: its process failed", flush=True)
    return []


def build(name):
    torch.manual_seed(0)
    if name in TORCHVISION + FURTHER:
        import torchvision
        extra = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
        model = torchvision.models.get_model(name, weights=None, **extra)
        size = 299 if name == "inception_v3" else 224
    else:
        import timm
        model = timm.create_model(name, pretrained=False)
        size = model.pretrained_cfg["input_size"][-1]
    for module in model.modules():
        # Some networks begin with a head of zeros, or with branches that are scaled to nothing.
        for parameter in module.parameters(recurse=False):
            if parameter.dim() >= 1 and parameter.abs().max() < 1e-3 and not is_bias(module, parameter):
                torch.nn.init.normal_(parameter, std=0.1)
    return model.eval(), size


def is_bias(module, parameter):
    return parameter is getattr(module, "bias", None)


def as_maps(output):
    """(N, C, h, w) of an output, or None: of that shape, of (N, h, w, C), or of tokens of a square after up to two others."""
    if not torch.is_tensor(output) or not output.is_floating_point() or output.dim() not in (3, 4):
        return None
    if output.dim() == 4:
        if output.shape[2] == output.shape[3] > 1:
            return output
        return output.permute(0, 3, 1, 2) if output.shape[1] == output.shape[2] > 1 else None
    side = math.isqrt(output.shape[1])
    others = output.shape[1] - side * side
    return output[:, others:].transpose(1, 2).unflatten(2, (side, side)) if side > 1 and others <= 2 else None


def first_of(logits):
    return logits[0] if isinstance(logits, (tuple, list)) else logits


def input_gradient(model, x):
    x = x.clone().requires_grad_()
    first_of(model(x))[:, LABEL].sum().backward()
    return x.grad


def maps(model, x, most=16):
    """Output and Grad-CAM of the last modules that give maps of one shape."""
    outputs = {}

    def keep(output, name):
        if as_maps(output) is not None and output.requires_grad:
            outputs.pop(name, None)
            outputs[name] = output

    handles = [module.register_forward_hook(lambda m, i, o, name=name: keep(o, name))
               for name, module in model.named_modules() if name]
    score = first_of(model(x.clone().requires_grad_()))[:, LABEL].sum()
    for handle in handles:
        handle.remove()
    names = list(reversed(outputs))
    names = [name for name in names if as_maps(outputs[name]).shape == as_maps(outputs[names[0]]).shape][:most]
    result = {}
    for name in names:
        gradient, = torch.autograd.grad(score, outputs[name], retain_graph=True, allow_unused=True)
        if gradient is not None:
            features, gradient = as_maps(outputs[name]), as_maps(gradient)
            result[f"features_{name}"] = features
            result[f"map_{name}"] = (gradient.mean((2, 3), keepdim=True) * features).sum(1)
    return result


def reference(file, model, x):
    with torch.no_grad():
        logits = first_of(model(x))
    arrays = {"input": x, "logits": logits, "gradient32": input_gradient(model, x)}
    model.double()
    arrays["gradient"] = input_gradient(model, x.double())
    # An in-place ReLU after a module would change its output before it is read.
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False
    try:
        arrays |= maps(model, x.double())
    except Exception as e:
        print(f"{file.stem}: no maps: {short(e)}", flush=True)
    model.float()
    np.savez(file, **{name: array.detach().float().contiguous().numpy() for name, array in arrays.items()})


def export(file, model, x, dynamo):
    names = {"input_names": ["picture"], "output_names": ["logits"]}
    if dynamo:
        torch.onnx.export(model, (x,), str(file), dynamo=True, external_data=False, verbose=False,
                          dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=64)},), **names)
    else:
        torch.onnx.export(model, (x,), str(file), dynamo=False, dynamic_axes={"picture": {0: "batch"}, "logits": {0: "batch"}},
                          **names)


def short(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    # The fused attention of eval mode has no ONNX operator in the script exporter.
    torch.backends.mha.set_fastpath_enabled(False)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in names(sys.argv[2:], TORCHVISION + TIMM):
        try:
            model, size = build(name)
            x = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1)) * 2 - 1
            if not (folder / f"{name}.npz").exists():
                reference(folder / f"{name}.npz", model, x)
        except Exception as e:
            print(f"{name}: not built: {short(e)}", flush=True)
            continue
        for kind, dynamo in KINDS.items():
            file = folder / f"{name}-{kind}.onnx"
            if not file.exists():
                try:
                    with torch.no_grad():
                        export(file, model, x, dynamo)
                except Exception as e:
                    file.unlink(missing_ok=True)
                    print(f"{name}: not exported ({kind}): {short(e)}", flush=True)
        print(name, flush=True)
