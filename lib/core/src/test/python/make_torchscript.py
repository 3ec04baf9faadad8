"""Makes small random networks as TorchScript, traced and scripted, with reference gradients and maps by hooks:
python make_torchscript.py ../resources/torchscript      (PyTorch 2.7, numpy)

Each has another mixture of what makes cutting hard: skip connections added in place, branches joined by concatenation,
lists of tensors, channel shuffles whose sizes are numbers alive at the cut, depthwise convolutions, ReLU in place and as a
function, dropout, modules whose forward calls another method, attributes that are no identifiers, conditions on attributes,
several fully connected layers, one sigmoid unit, several outputs."""
import random
import sys
import zipfile
from pathlib import Path
from typing import List

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SIZE = 20


def conv(c_in, c_out, kernel=3, stride=1, groups=1, inplace=True):
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(inplace=inplace))


class Residual(nn.Module):
    def __init__(self, c, stride):
        super().__init__()
        self.body = nn.Sequential(*conv(c, c, stride=stride), nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c))
        self.use_skip = stride == 1
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        if self.use_skip:
            out = self.body(x)
            out += x
        else:
            out = self.body(x)
        return self.relu(out)


class PreActivation(nn.Module):
    """The input is changed in place and used again: two names for one tensor."""

    def __init__(self, c):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        y = x * 1.5
        out = self.relu(y)
        return self.conv(out) + y


class Branches(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.left = conv(c, c // 2, 1, inplace=False)
        self.right = conv(c, c - c // 2)

    def _branches(self, x) -> List[torch.Tensor]:
        return [self.left(x), self.right(x)]

    def forward(self, x):
        return torch.cat(self._branches(x), 1)


class Dense(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.first = nn.Conv2d(c, c // 2, 3, padding=1)
        self.second = nn.Conv2d(c + c // 2, c // 2, 3, padding=1)
        self.join = nn.Conv2d(2 * c, c, 1)

    def forward(self, x):
        features = [x]
        features.append(F.relu(self.first(torch.cat(features, 1))))
        features.append(F.relu(self.second(torch.cat(features, 1)), inplace=True))
        return self.join(torch.cat(features, 1))


class Shuffle(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.depthwise = conv(c // 2, c // 2, groups=c // 2)
        self.pointwise = nn.Conv2d(c // 2, c // 2, 1)

    def forward(self, x):
        n, c, h, w = x.size()
        keep, change = x.chunk(2, dim=1)
        out = torch.cat([keep, self.pointwise(self.depthwise(change))], 1)
        return out.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


class Gate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.squeeze = nn.Conv2d(c, 2, 1)
        self.expand = nn.Conv2d(2, c, 1)
        self.dropout = nn.Dropout2d(0.3)

    def forward(self, x):
        weight = self.expand(F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1))))
        return self.dropout(x * torch.sigmoid(weight))


class Net(nn.Module):
    def __init__(self, seed):
        super().__init__()
        choice = random.Random(seed)
        c = choice.choice([6, 8])
        self.stem = conv(3, c, 3, 2)
        kinds = [lambda: Residual(c, 1), lambda: Residual(c, 2), lambda: PreActivation(c), lambda: Branches(c),
                 lambda: Dense(c), lambda: Shuffle(c), lambda: Gate(c)]
        blocks = nn.Sequential()
        for i, make in enumerate(choice.sample(kinds, 4)):
            blocks.add_module(f"block-{i}", make())
        self.blocks = blocks
        self.last = nn.Conv2d(c, c, 3, padding=1)
        units, features = [], c
        for _ in range(choice.randrange(3)):
            units += [nn.Linear(features, 8), nn.ReLU(inplace=True), nn.Dropout(0.5)]
            features = 8
        self.single = choice.random() < 0.3
        self.tuple = choice.random() < 0.3
        units.append(nn.Linear(features, 1 if self.single else 3))
        self.classifier = nn.Sequential(*units)

    def _forward_impl(self, x):
        x = self.blocks(self.stem(x))
        x = F.relu(self.last(x))
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return self.classifier(x)

    def forward(self, x):
        x = self._forward_impl(x)
        return torch.sigmoid(x) if self.single else x


class Pair(nn.Module):
    """A second output, as auxiliary classifiers give it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        y = self.net(x)
        return y, y * 2


def reference(net, x, path):
    """Activations, and their gradient of the summed first logit. The hook keeps the tensor itself, or a copy where an
    operation in place follows."""
    for copies in (False, True):
        kept = []

        def hook(module, inputs, output):
            kept[:] = [output.clone() if copies else output]
            kept[0].retain_grad()
            kept.append(kept[0]._version)
            return kept[0].clone() if copies else kept[0]

        handle = dict(net.named_modules())[path].register_forward_hook(hook)
        logits = logits_of(net, x.clone().requires_grad_(True))
        handle.remove()
        if kept[0]._version == kept[1]:
            break
    logits[:, 0].sum().backward()
    return kept[0].detach(), kept[0].grad


def logits_of(net, x):
    return net._forward_impl(x) if isinstance(net, Net) else net(x)[0]


class Guided(torch.autograd.Function):
    """A ReLU that passes only positive gradients of positive inputs (Springenberg et al. 2015)."""

    @staticmethod
    def forward(ctx, x, inplace):
        ctx.save_for_backward(x > 0)
        if inplace:
            ctx.mark_dirty(x)
            return x.clamp_(min=0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.clamp(min=0) * ctx.saved_tensors[0], None


def guided(net, x):
    """The guided gradient of the summed first logit."""
    picture, plain = x.clone().requires_grad_(True), F.relu
    F.relu = lambda x, inplace=False: Guided.apply(x, inplace)
    try:
        logits_of(net, picture)[:, 0].sum().backward()
    finally:
        F.relu = plain
    return picture.grad


def save(script, file):
    """Without the tables that map lines of code to Python's."""
    script.save(str(file))
    with zipfile.ZipFile(file) as z:
        entries = [(e.filename, z.read(e)) for e in z.infolist() if not e.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as z:
        for name, data in entries:
            z.writestr(zipfile.ZipInfo(name), data)


class Activations(nn.Module):
    """Small networks with activations that are not ReLUs, alone or among ReLUs."""

    def __init__(self, first, second, third):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 3, padding=1)
        self.b = nn.Conv2d(4, 4, 3, padding=1)
        self.c = nn.Conv2d(4, 4, 1)
        self.first, self.second, self.third = first, second, third
        self.last = type(first)()
        self.f = nn.Linear(4, 3)

    def forward(self, x):
        x = self.second(self.b(self.first(self.a(x))))
        x = self.last(self.third(self.c(x)) + x)
        return self.f(x.mean((2, 3)))


def activations(folder):
    torch.manual_seed(0)
    for name, *kinds in (("silu", nn.SiLU(), nn.SiLU(), nn.SiLU()), ("gelu", nn.GELU(), nn.GELU(), nn.GELU()),
                         ("relu-silu-leaky", nn.ReLU(), nn.SiLU(), nn.LeakyReLU(0.1))):
        net = Activations(*kinds).eval()
        save(torch.jit.trace(net, torch.rand(1, 3, 8, 8)), folder / f"{name}.pt")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(8):
        torch.manual_seed(seed)
        net = Net(seed)
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias, 0, 0.2)
                module.running_mean.normal_(0, 0.2)
                module.running_var.uniform_(0.5, 1.5)
        inner = net.eval()
        net = Pair(inner).eval() if inner.tuple and not inner.single else inner
        x = torch.rand(2, 3, SIZE, SIZE)
        out = {"x": x, "logits": inner._forward_impl(x), "guided": guided(net, x)}
        paths = [name for name, module in net.named_modules()
                 if name and (isinstance(module, (nn.Conv2d, Residual, PreActivation, Branches, Dense, Shuffle, Gate))
                              or name.endswith(("body", "relu", "blocks", "stem")))]
        for path in paths:
            activations, gradients = reference(net, x, path)
            if activations.dim() == 4:
                weights = gradients.mean((2, 3), keepdim=True)
                out[path + "/map"] = (weights * activations).sum(1)
        name = f"random-{seed}"
        np.savez_compressed(folder / f"{name}.npz", **{k: v.detach().numpy() for k, v in out.items()})
        with torch.no_grad():
            save(torch.jit.trace(net, x), folder / f"{name}-traced.pt")
            save(torch.jit.script(net), folder / f"{name}-scripted.pt")
        print(name, type(net).__name__, [type(b).__name__ for b in inner.blocks], "single" if inner.single else "", len(paths))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    activations(Path(sys.argv[1]).parent / "activations")
