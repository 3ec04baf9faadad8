"""Trains a small vision transformer on generated scenes of circles, triangles and crosses, and writes it as ONNX:

    scenes_vit.py [--steps 1500] [--checkpoint FILE] [FOLDER]     default folder: notebooks/data/models/scenes-vit

The scenes are drawn as dev.limelight.course.data.Scenes draws them, one or two shapes of different classes in each, and never twice.
With two shapes the network is to give each class half. With a checkpoint, training goes on from where it was ended; the committed
network was trained by --steps 1500 and then by --steps 3000 with one checkpoint. It needs torch 2.7 and onnx."""

import argparse
import math
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
LABELS = ["circle", "triangle", "cross"]
SIDE, PATCH, WIDTH, DEPTH, HEADS = 64, 8, 64, 4, 4
BATCH, RATE, WARMUP, SEED = 64, 1e-3, 100, 20261127


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q @ k.transpose(-2, -1) * (d // HEADS) ** -0.5).softmax(-1)
        return self.out((a @ v).transpose(1, 2).reshape(n, t, d))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class ScenesVit(nn.Module):
    """Patches of 8 x 8 pixels, each from three small convolutions, and a class token, which the head reads."""

    def __init__(self):
        super().__init__()
        widths = [3, 16, 32, 64]
        stem = []
        for inputs, outputs in zip(widths, widths[1:]):
            stem += [nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.stem = nn.Sequential(*stem, nn.Conv2d(64, WIDTH, 1))
        self.token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.position = nn.Parameter(torch.zeros(1, 1 + (SIDE // PATCH) ** 2, WIDTH))
        self.blocks = nn.Sequential(*[Block() for _ in range(DEPTH)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(LABELS))
        nn.init.trunc_normal_(self.token, std=0.02)
        nn.init.trunc_normal_(self.position, std=0.02)

    def forward(self, pictures):
        x = self.stem(pictures).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position
        return self.head(self.norm(self.blocks(x))[:, 0])


class Scenes:
    """Batches of scenes; all numbers are from one generator."""

    def __init__(self, seed):
        self.random = torch.Generator().manual_seed(seed)
        self.y, self.x = torch.meshgrid(torch.arange(SIDE) + 0.0, torch.arange(SIDE) + 0.0, indexing="ij")

    def uniform(self, low, high, *shape):
        return low + torch.rand(*shape, generator=self.random) * (high - low)

    def whole(self, below, *shape):
        return torch.randint(below, shape, generator=self.random)

    def textures(self, n):
        """(n, side, side) from 0 to 1: clouds, stripes or a checkerboard."""
        cells = 4 + self.whole(5, n, 1, 1)
        grid = torch.rand(n, 81, generator=self.random)
        u, v = (self.x + 0.5) * cells / SIDE, (self.y + 0.5) * cells / SIDE
        left, top = torch.minimum(u.long(), cells - 1), torch.minimum(v.long(), cells - 1)
        u, v = ((t - whole) ** 2 * (3 - 2 * (t - whole)) for t, whole in ((u, left), (v, top)))

        def at(column, row):
            return grid.gather(1, (row * 9 + column).flatten(1)).view(n, SIDE, SIDE)

        above = at(left, top) * (1 - u) + at(left + 1, top) * u
        below = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u
        clouds = above * (1 - v) + below * v
        angle = self.uniform(0, math.pi, n, 1, 1)
        period, phase = SIDE * self.uniform(0.08, 0.25, n, 1, 1), self.uniform(0, 1, n, 1, 1)
        along = (self.x * angle.cos() + self.y * angle.sin()) / period + phase
        stripes = 0.5 + 0.5 * torch.sin(2 * math.pi * along)
        size = SIDE * self.uniform(0.07, 0.2, n, 1, 1)
        column = ((self.x * angle.cos() + self.y * angle.sin()) / size).floor()
        row = ((self.y * angle.cos() - self.x * angle.sin()) / size).floor()
        kind = self.whole(3, n, 1, 1)
        return torch.where(kind == 0, clouds, torch.where(kind == 1, stripes, (column + row) % 2))

    def far_colors(self, dark, light, n):
        """The first of 32 colours that is 90 from the line between two others, or the farthest."""
        colors = self.whole(256, n, 32, 3).float()
        line = light - dark
        length = line.square().sum(-1, keepdim=True).clamp(min=1e-9)
        t = (((colors - dark) * line).sum(-1, keepdim=True) / length).clamp(0, 1)
        far = (colors - dark - t * line).norm(dim=-1)
        best = torch.where((far >= 90).any(1), (far >= 90).int().argmax(1), far.argmax(1))
        return colors[torch.arange(n), best]

    def outlines(self, label, x, y, radius):
        """The pixels of a shape, (n, side, side)."""
        n = len(label)
        turn = 2 * math.pi * self.uniform(0, 1, n, 1, 1)
        u, v = (self.x + 0.5 - x.view(n, 1, 1)) / radius.view(n, 1, 1), (self.y + 0.5 - y.view(n, 1, 1)) / radius.view(n, 1, 1)
        u, v = turn.cos() * u + turn.sin() * v, turn.cos() * v - turn.sin() * u
        slope = math.sqrt(3) / 2
        a, b = u.abs(), v.abs()
        shapes = torch.stack([
            u.square() + v.square() <= 0.81,
            (v <= 0.5) & (slope * u - 0.5 * v <= 0.5) & (-slope * u - 0.5 * v <= 0.5),
            (torch.maximum(a, b) <= 0.92) & (torch.minimum(a, b) <= 0.3),
        ], 1)
        return shapes[torch.arange(n), label]

    def batch(self, n, two):
        """Scenes with two shapes where it says so, else with one: pictures from 0 to 1, and the share of each class."""
        dark, light = self.whole(256, 2, n, 1, 3).float()
        t = self.textures(n).unsqueeze(-1)
        pictures = dark.unsqueeze(1) + t * (light - dark).unsqueeze(1) + (self.whole(13, n, SIDE, SIDE, 1) - 6)
        pictures = pictures.round().clamp(0, 255)
        label = self.whole(len(LABELS), n)
        other = (label + 1 + self.whole(len(LABELS) - 1, n)) % len(LABELS)
        across, first = self.whole(2, n).bool(), self.whole(2, n).bool()
        for i, named in enumerate((label, other)):
            radius = SIDE * torch.where(two, self.uniform(0.15, 0.22, n), self.uniform(0.17, 0.29, n))
            room = torch.where(two, 0.5, 1.0) * SIDE - 2 * radius
            along = radius + self.uniform(0, 1, n) * room
            along = along + torch.where(two & ((i == 0) != first), 0.5 * SIDE, 0.0)
            beside = radius + self.uniform(0, 1, n) * (SIDE - 2 * radius)
            cells = self.outlines(named, torch.where(across, along, beside), torch.where(across, beside, along), radius)
            shade = 36 * (self.textures(n) - 0.5).unsqueeze(-1) + (self.whole(13, n, SIDE, SIDE, 1) - 6)
            painted = (self.far_colors(dark, light, n).view(n, 1, 1, 3) + shade).round().clamp(0, 255)
            cells = (cells & (two.view(n, 1, 1) | (i == 0))).unsqueeze(-1)
            pictures = torch.where(cells, painted, pictures)
        shares = functional.one_hot(label, len(LABELS)) + two.unsqueeze(1) * functional.one_hot(other, len(LABELS))
        return pictures.permute(0, 3, 1, 2) / 255, shares / shares.sum(1, keepdim=True)


def right(model, two, count=2000):
    """The share of new scenes of which the network gives all classes before any other."""
    scenes, hits = Scenes(2 * SEED), 0
    model.eval()
    with torch.no_grad():
        for _ in range(count // 100):
            pictures, shares = scenes.batch(100, torch.full((100,), two))
            best = model(pictures).topk(2 if two else 1, 1).indices
            hits += int((shares.gather(1, best) > 0).all(1).sum())
    return hits / count


def train(model, steps, checkpoint):
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / WARMUP, 0.5 + 0.5 * math.cos(math.pi * min(1, s / steps))))
    first = 0
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint)
        first = saved["step"]
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
    begun, running = time.monotonic(), math.nan
    for step in range(first, steps):
        model.train()
        scenes = Scenes(SEED + step)
        pictures, shares = scenes.batch(BATCH, scenes.whole(2, BATCH).bool())
        loss = functional.cross_entropy(model(pictures), shares)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        running = loss.item() if math.isnan(running) else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} of {steps}: loss {running:.3f}, {time.monotonic() - begun:.0f} s", flush=True)
            if checkpoint:
                torch.save({"step": step + 1, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                            "schedule": schedule.state_dict()}, checkpoint)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "notebooks/data/models/scenes-vit")
    given = parser.parse_args()
    torch.manual_seed(SEED)
    model = ScenesVit()
    train(model, given.steps, given.checkpoint)
    print(f"right: {right(model, False):.4f} of scenes with one shape, {right(model, True):.4f} with two", flush=True)
    given.folder.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model.eval(),
        (torch.rand(1, 3, SIDE, SIDE),),
        str(given.folder / "scenes-vit.onnx"),
        input_names=["pictures"],
        output_names=["logits"],
        dynamic_axes={"pictures": {0: "batch"}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
