"""Makes lib/core/src/test/resources/fixtures/cam-golden.npz: maps of the small network by other packages.

    python3 -m venv venv && venv/bin/pip install torch grad-cam==1.5.7 torchcam==0.5.0 scikit-learn numpy
    git clone https://github.com/andralex8/polycam    # 2022, the authors' own
    venv/bin/python scripts/golden_maps.py polycam lib/core/src/test/resources/fixtures

Maps of a layer are raw, (6, h, w). Those of several layers are every fourth pixel from the second one of (6, 64, 64).
"""
import sys

import numpy as np
import torch
from torch import nn

LAYERS = ["layer1", "layer2", "layer3"]


class Block(nn.Module):
    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.downsample = None
        if stride != 1 or channels_in != channels:
            shortcut = nn.Conv2d(channels_in, channels, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu2(y + (x if self.downsample is None else self.downsample(x)))


class TinyResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(2)
        self.layer1 = Block(8, 8, 1)
        self.layer2 = Block(8, 16, 2)
        self.layer3 = Block(16, 32, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten(1)
        self.fc = nn.Linear(32, 4)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(self.flatten(self.avgpool(self.layer3(self.layer2(self.layer1(x))))))


def raw(cam, x, target, layer):
    """The map of one picture at one layer, without grad-cam's ReLU and scaling."""
    cam(input_tensor=x, targets=[target])
    kept = cam.activations_and_grads
    gradients = kept.gradients[0].numpy() if cam.uses_gradients else None
    return cam.get_cam_image(x, layer, [target], kept.activations[0].numpy(), gradients, False)[0]


def main(polycam, folder):
    sys.path.insert(0, polycam)
    from polycam.polycam import PCAMm, PCAMp, PCAMpm
    from pytorch_grad_cam import GradCAMPlusPlus, KPCA_CAM, LayerCAM
    from pytorch_grad_cam.refine_cam import RefineCAM
    from pytorch_grad_cam.seg_eigen_cam import SegEigenCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    from torchcam.methods import LayerCAM as FusedLayerCAM

    model = TinyResNet()
    model.load_state_dict(torch.load(folder + "/tiny-resnet.pth", weights_only=True))
    model.eval()
    known = np.load(folder + "/golden.npz")
    pictures = [torch.tensor(known["x"][i : i + 1]) for i in range(len(known["x"]))]
    classes = [int(y) for y in known["y"]]
    out = {}

    def add(name, maps):
        out[name] = np.ascontiguousarray(np.stack(maps), dtype=np.float32)

    def some(full):
        return np.asarray(full).reshape(64, 64)[1::4, 1::4]

    for name in ("layer2", "layer3"):
        layer = getattr(model, name)
        methods = {kernel: (lambda k=kernel: KPCA_CAM(model, [layer], kernel=k)) for kernel in ("sigmoid", "rbf", "poly")}
        for key, method in methods.items():
            add(
                f"{name}/kpca-cam-{key}",
                [raw(method(), x, ClassifierOutputTarget(y), layer) for x, y in zip(pictures, classes)],
            )
        add(
            f"{name}/seg-eigen-cam",
            [raw(SegEigenCAM(model, [layer]), x, ClassifierOutputTarget(y), layer) for x, y in zip(pictures, classes)],
        )

    modules = [getattr(model, name) for name in LAYERS]
    for key, base in (("grad-cam++", GradCAMPlusPlus), ("layer-cam", LayerCAM)):
        refine = RefineCAM(model, modules, base_method=base)
        add(
            f"refine-cam-{key}",
            [some(refine(x, [ClassifierOutputTarget(y)])[0]) for x, y in zip(pictures, classes)],
        )

    fused = []
    for x, y in zip(pictures, classes):
        with FusedLayerCAM(model, LAYERS) as extractor:
            maps = extractor(class_idx=y, scores=model(x), normalized=False)
        scaled = [m / m.max() for m in maps]
        fused.append(some(FusedLayerCAM.fuse_cams(scaled, (64, 64))))
    add("layer-cam-fused", fused)

    for key, variant in (("plus", PCAMp), ("minus", PCAMm), ("both", PCAMpm)):
        add(
            f"poly-cam-{key}",
            [some(variant(model, LAYERS)(x, y)[-1].detach()) for x, y in zip(pictures, classes)],
        )

    np.savez_compressed(folder + "/cam-golden.npz", **out)
    print({name: values.shape for name, values in out.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
