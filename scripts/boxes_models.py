"""Writes small detectors of random weights, and what PyTorch and torchvision compute with them, for the tests of boxes:

    boxes_models.py [FOLDER]     default: lib/core/src/test/resources/boxes

Each head is written here. The files are .onnx and .pt (TorchScript, traced), and NAME.json with one picture's candidates,
the boxes that torchvision's batched_nms keeps, and the gradient of the best candidate's score with respect to the
picture. suppression.json has boxes for suppression alone, frames.json boxes of inputs in pixels of pictures. It needs
torch 2.7, torchvision and onnx."""

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops import batched_nms, nms

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, CLASSES, BINS = 64, 48, 3, 8
SCORE, OVERLAP = 0.25, 0.45


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.down = nn.Conv2d(8, 8, 3, 2, 1)
        self.fine = nn.Conv2d(8, 8, 3, 2, 1)
        self.coarse = nn.Conv2d(8, 8, 3, 2, 1)
        self.act = nn.SiLU()

    def forward(self, x):
        fine = self.act(self.fine(self.act(self.down(self.act(self.stem(x))))))
        return fine, self.act(self.coarse(fine))


class Heads(nn.Module):
    """A box by centre and size for each cell of two strides, and scores."""

    def __init__(self, scores):
        super().__init__()
        self.backbone = Backbone()
        self.boxes = nn.ModuleList([nn.Conv2d(8, 4, 1) for _ in range(2)])
        self.scores = nn.ModuleList([nn.Conv2d(8, scores, 1) for _ in range(2)])

    def forward(self, x):
        boxes, scores = [], []
        for i, level in enumerate(self.backbone(x)):
            stride = 8 * (i + 1)
            raw = self.boxes[i](level)
            h, w = HEIGHT // stride, WIDTH // stride
            y, columns = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
            cells = torch.stack([columns, y])[None] * stride
            centre = cells + torch.tanh(raw[:, :2]) * stride
            size = torch.exp(raw[:, 2:]) * 2 * stride
            boxes.append(torch.cat([centre, size], 1).flatten(2))
            scores.append(self.scores[i](level).flatten(2))
        return torch.cat(boxes, 2), torch.cat(scores, 2)


def corners(boxes):
    return torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], -1)


class Yolo(nn.Module):
    """(N, 4 + classes, candidates)."""

    outputs = ["output0"]

    def __init__(self):
        super().__init__()
        self.heads = Heads(CLASSES)

    def forward(self, x):
        boxes, scores = self.heads(x)
        return torch.cat([boxes, scores.sigmoid()], 1)

    def candidates(self, x):
        boxes, scores = self.heads(x)
        return corners(boxes.transpose(1, 2)), scores.sigmoid().transpose(1, 2)


class YoloObjectness(nn.Module):
    """(N, candidates, 5 + classes)."""

    outputs = ["output"]

    def __init__(self):
        super().__init__()
        self.heads = Heads(1 + CLASSES)

    def forward(self, x):
        boxes, scores = self.heads(x)
        return torch.cat([boxes, scores.sigmoid()], 1).transpose(1, 2)

    def candidates(self, x):
        table = self.forward(x)
        return corners(table[..., :4]), table[..., 5:] * table[..., 4:5]


class PicoDet(nn.Module):
    """Class scores and distance distributions, an output each for each stride."""

    outputs = ["scores8", "scores16", "distances8", "distances16"]

    def __init__(self, classes=CLASSES):
        super().__init__()
        self.backbone = Backbone()
        self.scores = nn.ModuleList([nn.Conv2d(8, classes, 1) for _ in range(2)])
        self.distances = nn.ModuleList([nn.Conv2d(8, 4 * BINS, 1) for _ in range(2)])

    def forward(self, x):
        levels = self.backbone(x)
        scores = [head(level).sigmoid().flatten(2).transpose(1, 2) for head, level in zip(self.scores, levels)]
        distances = [head(level).flatten(2).transpose(1, 2) for head, level in zip(self.distances, levels)]
        return tuple(scores + distances)

    def candidates(self, x):
        *all, = self.forward(x)
        boxes = []
        for i in range(2):
            stride = 8 * (i + 1)
            h, w = HEIGHT // stride, WIDTH // stride
            y, columns = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
            centre = torch.stack([columns, y], -1).reshape(1, -1, 2) * stride
            shares = all[2 + i].reshape(1, -1, 4, BINS).softmax(-1)
            far = (shares * torch.arange(BINS)).sum(-1) * stride
            boxes.append(torch.cat([centre - far[..., :2], centre + far[..., 2:]], -1))
        return torch.cat(boxes, 1), torch.cat(all[:2], 1)


class Ssd(nn.Module):
    """Boxes by their edges, as shares of the picture, and the softmax of the classes, of which the first is nothing."""

    outputs = ["boxes", "scores"]

    def __init__(self):
        super().__init__()
        self.heads = Heads(1 + CLASSES)

    def forward(self, x):
        boxes, scores = self.heads(x)
        sides = torch.tensor([WIDTH, HEIGHT, WIDTH, HEIGHT], dtype=torch.float32)
        return corners(boxes.transpose(1, 2)) / sides, scores.transpose(1, 2).softmax(-1)

    def candidates(self, x):
        boxes, scores = self.heads(x)
        scores = scores.transpose(1, 2).softmax(-1) * torch.tensor([0.0] + [1.0] * CLASSES)
        return corners(boxes.transpose(1, 2)), scores


class Found(nn.Module):
    """Boxes, scores and labels after suppression within the model."""

    outputs = ["boxes", "scores", "labels"]

    def __init__(self):
        super().__init__()
        self.heads = Heads(CLASSES)

    def forward(self, x):
        boxes, scores = self.heads(x)
        boxes = corners(boxes.transpose(1, 2))[0]
        best, labels = scores.sigmoid()[0].max(0)
        kept = nms(boxes, best, OVERLAP)
        return boxes[kept], best[kept], labels[kept]

    def candidates(self, x):
        boxes, best, labels = self.forward(x)
        return boxes[None], (nn.functional.one_hot(labels, CLASSES) * best[:, None])[None]


def randomised(model, seed):
    torch.manual_seed(seed)
    for parameter in model.parameters():
        nn.init.normal_(parameter, 0, 0.5 if parameter.dim() < 2 else 1.2 / (parameter[0].numel() ** 0.5))
    return model.eval()


def picture():
    """Numbers that a test computes again."""
    i = torch.arange(3 * HEIGHT * WIDTH)
    return ((i * 7919 % 1009).float() / 1009).reshape(1, 3, HEIGHT, WIDTH)


def rows(tensor):
    return [[round(float(value), 5) for value in row] for row in tensor]


def expected(model):
    x = picture().requires_grad_()
    boxes, scores = model.candidates(x)
    best, labels = scores[0].max(1)
    kept = batched_nms(boxes[0], best, labels, OVERLAP)
    kept = [int(i) for i in kept if best[i] >= SCORE]
    first = kept[0]
    gradient = torch.autograd.grad(scores[0, first, labels[first]], x, retain_graph=True)[0]
    left = torch.autograd.grad(boxes[0, first, 0], x)[0]
    return {
        "boxes": rows(boxes[0]),
        "scores": rows(scores[0]),
        "kept": kept,
        "labels": [int(labels[i]) for i in kept],
        # The mean of each column of pixels is enough to tell two gradients apart.
        "gradient": rows(1e3 * gradient[0].mean(1)),
        "left": rows(1e3 * left[0].mean(1)),
    }


def suppression():
    torch.manual_seed(5)
    centre, size = torch.rand(60, 2) * 100, torch.rand(60, 2) * 40 + 2
    boxes = torch.cat([centre - size / 2, centre + size / 2], 1)
    scores, labels = torch.rand(60), torch.randint(0, 3, (60,))
    cases = [
        {
            "overlap": overlap,
            "all": nms(boxes, scores, overlap).tolist(),
            "by class": batched_nms(boxes, scores, labels, overlap).tolist(),
        }
        for overlap in (0.1, 0.3, 0.45, 0.5, 0.7, 0.95)
    ]
    return {
        "boxes": boxes.double().tolist(),
        "scores": scores.double().tolist(),
        "labels": labels.tolist(),
        "cases": cases,
    }


def frames():
    """Boxes of inputs in pixels of pictures: stretched as torchvision does it, and in a letterbox as exporters do."""
    boxes = torch.tensor([[10.0, 20, 110, 90], [0, 0, 320, 320], [200, 100, 300, 310]])
    all = []
    for width, height in ((640, 480), (333, 500), (320, 320), (1000, 200)):
        transform = GeneralizedRCNNTransform(320, 320, [0.0] * 3, [1.0] * 3, fixed_size=(320, 320)).eval()
        stretched = transform.postprocess([{"boxes": boxes.clone()}], [(320, 320)], [(height, width)])[0]["boxes"]
        gain = min(320 / width, 320 / height)
        padding = torch.tensor([(320 - width * gain) / 2, (320 - height * gain) / 2] * 2)
        letterbox = (boxes - padding) / gain
        all.append({"width": width, "height": height, "stretch": rows(stretched), "letterbox": rows(letterbox)})
    return {"input": 320, "boxes": rows(boxes), "frames": all}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    models = [("yolo", Yolo()), ("yolo-objectness", YoloObjectness()), ("picodet", PicoDet()), ("ssd", Ssd())]
    for seed, (name, model) in enumerate(models):
        randomised(model, seed + 3)
        batch = {each: {0: "batch"} for each in ["input", *model.outputs]}
        with torch.no_grad():
            torch.onnx.export(
                model,
                picture(),
                str(folder / f"{name}.onnx"),
                input_names=["input"],
                output_names=model.outputs,
                dynamic_axes=batch,
                dynamo=False,
            )
            torch.jit.trace(model, picture()).save(str(folder / f"{name}.pt"))
        (folder / f"{name}.json").write_text(json.dumps(expected(model)) + "\n")
    with torch.no_grad():
        found = randomised(Found(), 9)
        file = str(folder / "found.onnx")
        torch.onnx.export(found, picture(), file, input_names=["input"], output_names=found.outputs, dynamo=False)
    (folder / "found.json").write_text(json.dumps(expected(found)) + "\n")
    with torch.no_grad():
        # As many classes as a distribution of distances has values.
        both = randomised(PicoDet(4 * BINS), 10)
        file = str(folder / "picodet-32.onnx")
        torch.onnx.export(both, picture(), file, input_names=["input"], output_names=both.outputs, dynamo=False)
    (folder / "suppression.json").write_text(json.dumps(suppression()) + "\n")
    (folder / "frames.json").write_text(json.dumps(frames()) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "lib/core/src/test/resources/boxes")
