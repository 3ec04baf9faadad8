"""Exports torchvision's detectors and segmentation networks with random weights, as ONNX and TorchScript:

    detection_models.py FOLDER [NAME...]

ssdlite-before.onnx and .pt have the boxes and scores before suppression, as docs/DETECTORS.md shows; ssdlite.onnx and
fasterrcnn.onnx are whole, with what is left after it; fcn and deeplab have maps of classes. It needs torch 2.7,
torchvision and onnx."""

import sys
from pathlib import Path

import torch
from torchvision.models import detection, segmentation
from torchvision.models.detection.image_list import ImageList

SIZE = 320


class BeforeSuppression(torch.nn.Module):
    """The boxes of all anchors and the softmax of their classes, of which the first is the background."""

    def __init__(self, model):
        super().__init__()
        self.model = model.eval()
        with torch.no_grad():
            grids = list(model.backbone(torch.zeros(1, 3, SIZE, SIZE)).values())
            pictures = ImageList(torch.zeros(1, 3, SIZE, SIZE), [(SIZE, SIZE)])
            self.register_buffer("anchors", model.anchor_generator(pictures, grids)[0])

    def forward(self, x):
        features = list(self.model.backbone((x - 0.5) / 0.5).values())
        head = self.model.head(features)
        boxes = self.model.box_coder.decode_single(head["bbox_regression"].flatten(0, 1), self.anchors)
        return boxes[None], head["cls_logits"].softmax(-1)


class Maps(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model.eval()

    def forward(self, x):
        return self.model(x)["out"]


def save(folder, name, model, outputs, script=True):
    x = torch.rand(1, 3, SIZE, SIZE)
    with torch.no_grad():
        file = str(folder / f"{name}.onnx")
        torch.onnx.export(model, (x,), file, input_names=["input"], output_names=outputs, dynamo=False)
        if script:
            torch.jit.trace(model, x).save(str(folder / f"{name}.pt"))


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    plain = {"weights": None, "weights_backbone": None}
    found = ["boxes", "scores", "labels"]
    # A Faster R-CNN gives its labels first.
    found_by_regions = ["boxes", "labels", "scores"]
    ssdlite = lambda: detection.ssdlite320_mobilenet_v3_large(**plain).eval()
    all = {
        "ssdlite-before": lambda name: save(folder, name, BeforeSuppression(ssdlite()).eval(), ["boxes", "scores"]),
        "ssdlite": lambda name: save(folder, name, ssdlite(), found, script=False),
        "fasterrcnn": lambda name: save(
            folder, name, detection.fasterrcnn_mobilenet_v3_large_320_fpn(**plain).eval(), found_by_regions, script=False
        ),
        "fcn": lambda name: save(folder, name, Maps(segmentation.fcn_resnet50(**plain)).eval(), ["out"]),
        "deeplab": lambda name: save(
            folder, name, Maps(segmentation.deeplabv3_mobilenet_v3_large(**plain)).eval(), ["out"]
        ),
    }
    for name in names or all:
        all[name](name)
        print(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
