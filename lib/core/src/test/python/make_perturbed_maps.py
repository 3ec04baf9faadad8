"""Maps of methods that change the picture, by other code: python make_perturbed_maps.py ../resources
(numpy, torch, torchcam 0.5.0; --no-deps will do)

Writes perturbed/golden.npz: two small random pictures x with classes y through the tiny ResNet of the fixtures, its second
stage, and noise of deviation 1 that the methods are given instead of their own.

ss-cam's weights (activation) and is-cam's are torchcam's own functions, given Score-CAM's masks: torchcam enlarges after it
has stretched, Score-CAM's authors before, with the corners on the corners. torchcam has no ss-cam that smooths the input, no
opti-cam and no cameras, and its smooth-grad-cam++ takes the first moment of the last copy alone: these are the papers' formulas
by torch, with its own gradients, optimiser and interpolation."""
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torchcam.methods import ISCAM, SSCAM

SAMPLES = 2
DEVIATION = 0.5
SHARE = 0.15
STEPS = 12
SCALES = (1, 1.5, 2)


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        skip = x if self.downsample is None else self.downsample(x)
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + skip)


class TinyResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = Residual(8, 8, 1)
        self.layer2 = Residual(8, 16, 2)
        self.layer3 = Residual(16, 32, 2)
        self.fc = nn.Linear(32, 4)

    def features(self, x):
        return self.layer2(self.layer1(F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)))

    def head(self, a):
        return self.fc(self.layer3(a).mean((2, 3)))

    def forward(self, x):
        return self.head(self.features(x))


def stretched(z):
    flat = z.flatten(2)
    least, most = flat.min(2).values, flat.max(2).values
    span = most - least
    span = torch.where(span == 0, torch.ones_like(span), span)
    return (z - least[..., None, None]) / span[..., None, None]


def slope(net, x, c):
    """A and g of one picture."""
    a = net.features(x).detach().requires_grad_(True)
    (g,) = torch.autograd.grad(net.head(a)[0, c], a)
    return a.detach(), g


class Stored:
    """Instead of torchcam's distribution."""

    def __init__(self, noise):
        self.noise = iter(noise)

    def sample(self, size):
        return next(self.noise).reshape(size)


def weights_by(extractor, net, x, c, noise, masks):
    cam = extractor(net, "layer2", num_samples=SAMPLES)
    net(x)
    if noise is not None:
        cam._distrib = Stored(noise)
    with cam._hooks_off():
        (w,) = cam._get_score_weights([masks], c)
    cam.remove_hooks()
    return w[0]


def maps(net, x, c, mask_noise, input_noise):
    with torch.no_grad():
        a = net.features(x)
    masks = stretched(F.interpolate(a, x.shape[2:], mode="bilinear", align_corners=True))
    channels = a.shape[1]
    found = {}

    def weighted(w):
        return (w[:, None, None] * a[0]).sum(0)

    # The noise is numbered channel by channel, and torchcam's sample by sample.
    noise = mask_noise.reshape(channels, SAMPLES, *x.shape[2:]).transpose(0, 1) * DEVIATION
    found["ss-cam/activation"] = weighted(weights_by(SSCAM, net, x, c, noise, masks.clone()))
    found["is-cam"] = weighted(weights_by(ISCAM, net, x, c, None, masks.clone()))
    with torch.no_grad():
        copies = masks[0].repeat_interleave(SAMPLES, 0)[:, None] * x + DEVIATION * input_noise.reshape(-1, *x.shape[1:])
        scores = net(copies)[:, c].reshape(channels, SAMPLES).mean(1)
    found["ss-cam/input"] = weighted(torch.softmax(scores, 0))

    deviation = SHARE * (x.max() - x.min())
    slopes = torch.stack([slope(net, x + deviation * n, c)[1][0] for n in input_noise.reshape(-1, *x.shape[1:])[:SAMPLES]])
    first, second, third = (slopes.double().pow(p).mean(0) for p in (1, 2, 3))
    denominator = 2 * second + (a[0].double().sum((1, 2), keepdim=True) * third).clamp(min=0)
    quotient = torch.where(denominator > 0, second / denominator, torch.zeros_like(second))
    found["smooth-grad-cam++"] = weighted((first.clamp(min=0) * quotient).sum((1, 2)).float())

    u = torch.zeros(channels, requires_grad=True)
    adam = torch.optim.Adam([u], lr=0.1)
    for _ in range(STEPS):
        mixed = (torch.softmax(u, 0)[:, None, None] * F.relu(a[0])).sum(0)[None, None]
        mask = stretched(F.interpolate(mixed, x.shape[2:], mode="bilinear", align_corners=False))
        adam.zero_grad()
        (-net(mask * x)[0, c]).backward()
        adam.step()
    found["opti-cam"] = weighted(torch.softmax(u.detach(), 0))

    means = []
    for scale in SCALES:
        size = [round(scale * side) for side in x.shape[2:]]
        larger = x if scale == 1 else F.interpolate(x, size, mode="bicubic", align_corners=False)
        means.append([F.interpolate(z, x.shape[2:], mode="bilinear", align_corners=False)[0] for z in slope(net, larger, c)])
    found["cameras"] = (sum(m[0] for m in means) / len(SCALES) * sum(m[1] for m in means) / len(SCALES)).sum(0)
    return found


def main(folder):
    torch.manual_seed(5)
    with np.load(folder / "fixtures" / "tiny-resnet-weights.npz") as stored:
        state = {key: torch.from_numpy(stored[key]) for key in stored}
    net = TinyResNet().eval()
    net.load_state_dict(state)
    x = torch.rand(2, 3, 16, 20)
    y = torch.tensor([1, 2])
    mask_noise = torch.randn(16 * SAMPLES, 16 * 20)
    input_noise = torch.randn(16 * SAMPLES, 3 * 16 * 20)
    rows = [maps(net, x[i : i + 1], int(y[i]), mask_noise, input_noise) for i in range(2)]
    arrays = {key: torch.stack([row[key] for row in rows]).numpy() for key in rows[0]}
    (folder / "perturbed").mkdir(exist_ok=True)
    np.savez_compressed(folder / "perturbed" / "golden.npz", x=x.numpy(), y=y.numpy(), mask_noise=mask_noise.numpy(),
                        input_noise=input_noise.numpy(), **arrays)


main(Path(sys.argv[1]))
