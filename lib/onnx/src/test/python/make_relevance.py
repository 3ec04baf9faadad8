"""Writes src/test/resources/relevance: a small network of ReLUs with and without biases as ONNX and its relevance by zennit and captum, a vision transformer's by the rules of LXT.

Needs torch 2.7.1, timm 1.0.16, onnx, zennit 0.5.1, lxt 2.1 and captum 0.9.0. From lib/onnx: python src/test/python/make_relevance.py
"""
import importlib.util
import sys
import types
from pathlib import Path

import numpy as np
import torch
from captum.attr import LRP

# The package itself imports language models of many versions of transformers; its rules need none.
package = types.ModuleType("lxt.efficient")
package.__path__ = [str(Path(importlib.util.find_spec("lxt").origin).parent / "efficient")]
sys.modules["lxt.efficient"] = package

from lxt.efficient.patches import layer_norm_forward
from lxt.efficient.rules import divide_gradient, identity_rule_implicit
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from zennit.attribution import Gradient
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import EpsilonGammaBox, EpsilonPlus, LayerMapComposite, layer_map_base
from zennit.layer import Sum
from zennit.rules import Epsilon
from zennit.types import Convolution

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "relevance"
CLASS = 2
LOW, HIGH = -3.0, 3.0


class Net(nn.Module):
    def __init__(self, biases):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1, bias=biases)
        self.relu1 = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.conv = nn.Conv2d(8, 8, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(8) if biases else nn.Identity()
        self.relu2 = nn.ReLU()
        self.sum = Sum()
        self.conv2 = nn.Conv2d(8, 12, 3, 2, 1, bias=biases)
        self.relu3 = nn.ReLU()
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.flat = nn.Flatten()
        self.last = nn.Linear(12, 4, bias=biases)

    def forward(self, x):
        x = self.pool(self.relu1(self.stem(x)))
        x = self.sum(torch.stack([x, self.relu2(self.norm(self.conv(x)))], -1))
        return self.last(self.flat(self.mean(self.relu3(self.conv2(x)))))


class Straight(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, 2, 1)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.last = nn.Linear(4 * 8 * 6, 4)

    def forward(self, x):
        return self.last(self.pool(self.relu(self.conv(x))).flatten(1))


def composites():
    merge = [SequentialMergeBatchNorm()]
    epsilon = layer_map_base() + [(Convolution, Epsilon(1e-6)), (nn.Linear, Epsilon(1e-6))]
    yield "epsilon", LayerMapComposite(epsilon, canonizers=merge)
    yield "epsilon-plus", EpsilonPlus(canonizers=merge)
    yield "epsilon-gamma-box", EpsilonGammaBox(low=LOW, high=HIGH, canonizers=merge)


class Attention(nn.Module):
    """timm's attention with the uniform rule at both products."""

    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, x, attn_mask=None):
        n, t, d = x.shape
        q, k, v = self.of.qkv(x).reshape(n, t, 3, self.of.num_heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        a = divide_gradient(self.of.scale * q @ k.transpose(-2, -1), 2).softmax(-1)
        y = divide_gradient(a @ v, 2)
        return self.of.proj(y.transpose(1, 2).reshape(n, t, d))


class Identity(nn.Module):
    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, x):
        return identity_rule_implicit(self.of, x)


def scattered(net):
    for key, parameter in net.named_parameters():
        torch.nn.init.normal_(parameter, mean=float(parameter.dim() == 1 and key.endswith("weight")), std=0.4)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data.uniform_(-1, 1.5)
            module.running_mean.uniform_(-0.3, 0.3)
            module.running_var.uniform_(0.2, 0.8)
    return net.eval()


def export(net, x, name, **kept):
    torch.onnx.export(net, x[:1], str(FOLDER / f"{name}.onnx"), input_names=["x"], output_names=["y"], opset_version=17,
                      dynamic_axes={"x": {0: "n"}, "y": {0: "n"}}, dynamo=False, **kept)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    x = torch.randn(2, 3, 32, 24).clamp(LOW, HIGH)
    golden = {"x": x}
    for name, biases in (("biased", True), ("plain", False)):
        net = scattered(Net(biases))
        export(net, x, name, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
        double = net.double()
        golden[f"{name}/logits"] = double(x.double())
        for composite, rules in composites():
            with Gradient(double, rules) as attributor:
                scores = torch.eye(4)[[CLASS]].repeat(len(x), 1).double()
                golden[f"{name}/{composite}"] = attributor(x.double(), lambda y: y * scores)[1]
    straight = scattered(Straight())
    export(straight, x, "straight")
    golden["straight/epsilon"] = LRP(straight.double()).attribute(x.double(), target=CLASS)
    vit = scattered(VisionTransformer(img_size=32, patch_size=8, num_classes=4, embed_dim=12, depth=2, num_heads=3, mlp_ratio=2))
    square = torch.randn(2, 3, 32, 32)
    export(vit, square, "vit")
    vit = vit.double()
    for block in vit.blocks:
        block.attn = Attention(block.attn)
        block.mlp.act = Identity(block.mlp.act)
    for module in vit.modules():
        if isinstance(module, nn.LayerNorm):
            module.forward = layer_norm_forward.__get__(module)
    given = square.double().requires_grad_()
    y = vit(given)
    y[:, CLASS].sum().backward()
    golden.update({"square": square, "vit/logits": y, "vit/attn-lrp": given * given.grad})
    golden = {key: value.detach().float().numpy() for key, value in golden.items()}
    np.savez(FOLDER / "peers.npz", **golden)
    for key, value in golden.items():
        print(key, value.shape, float(np.abs(value).max()), value.reshape(len(value), -1).sum(1)[:2])


if __name__ == "__main__":
    sys.exit(main())
