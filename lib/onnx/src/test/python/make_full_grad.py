"""Writes src/test/resources/full-grad: a small network of ReLUs as ONNX, with its batch normalisations kept and folded, and its full gradients by PyTorch.

Needs torch and onnx. From lib/onnx: python src/test/python/make_full_grad.py
"""
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "full-grad"
CLASS = 2


class Clipped(nn.Module):
    """ReLU6 whose bound counts as a constant that it adds."""

    def forward(self, x):
        return F.relu6(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.first = nn.Conv2d(8, 8, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.short = nn.Conv2d(8, 12, 1, 2)
        self.long = nn.Conv2d(8, 12, 3, 2, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(12)
        self.clip = Clipped()
        self.last = nn.Linear(12, 4)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.stem(x)), 3, 1, 1)
        x = x + torch.relu(self.norm(self.first(x)))
        x = self.clip(4 * (self.short(x) + self.norm2(self.long(x))))
        return self.last(x.mean((2, 3)))


def bias(module, output):
    """What a layer adds at each place of its output."""
    if isinstance(module, nn.BatchNorm2d):
        shift = module.bias - module.running_mean * module.weight / torch.sqrt(module.running_var + module.eps)
        return shift[None, :, None, None]
    if isinstance(module, Clipped):
        return torch.where(output >= 6, output, torch.zeros_like(output))
    added = getattr(module, "bias", None)
    if added is None:
        return None
    return added[None, :, None, None] if output.dim() == 4 else added[None]


def enlarged(share, size):
    share = share.abs()
    least, most = share.amin((1, 2, 3), keepdim=True), share.amax((1, 2, 3), keepdim=True)
    share = (share - least) / (most - least)
    return F.interpolate(share, size=size, mode="bilinear", align_corners=False).sum(1)


def full_gradient(net, x):
    kept = []
    hooks = [m.register_forward_hook(lambda m, i, o: kept.append((m, o)) or o.retain_grad()) for m in net.children()]
    x = x.clone().requires_grad_()
    score = net(x)[:, CLASS]
    score.sum().backward()
    for hook in hooks:
        hook.remove()
    total = (x * x.grad).flatten(1).sum(1)
    image = enlarged(x * x.grad, x.shape[2:])
    for module, output in kept:
        added = bias(module, output)
        if added is not None:
            share = added * output.grad
            total = total + share.flatten(1).sum(1)
            if share.dim() == 4:
                image = image + enlarged(share, x.shape[2:])
    return score, total, image


def main():
    torch.manual_seed(3)
    net = Net().eval()
    with torch.no_grad():
        for norm in (net.norm, net.norm2):
            norm.weight.uniform_(0.5, 1.5)
            norm.bias.uniform_(-0.5, 0.5)
            norm.running_mean.uniform_(-0.3, 0.3)
            norm.running_var.uniform_(0.2, 0.8)
    x = torch.randn(3, 3, 32, 24)
    score, total, image = full_gradient(net.double(), x.double())
    clipped = {}
    net.clip.register_forward_hook(lambda m, i, o: clipped.update(share=(o >= 6).double().mean().item()))
    net(x.double())
    print("scores", score.tolist(), "sums", total.tolist(), "clipped", clipped)
    assert 0.02 < clipped["share"] < 0.5 and (score - total).abs().max() < 1e-9
    net = net.float()
    net.clip._forward_hooks.clear()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, training in (("kept", torch.onnx.TrainingMode.PRESERVE), ("folded", torch.onnx.TrainingMode.EVAL)):
        torch.onnx.export(
            net, x[:1], str(FOLDER / f"{name}.onnx"), training=training, do_constant_folding=name == "folded",
            input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "n"}, "y": {0: "n"}}, dynamo=False)
    np.savez(FOLDER / "pytorch.npz", x=x.numpy(), score=score.detach().numpy().astype(np.float32), map=image.detach().numpy().astype(np.float32))


if __name__ == "__main__":
    sys.exit(main())
