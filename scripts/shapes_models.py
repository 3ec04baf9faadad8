"""Writes the network of the test fixtures, which recognises four shapes, in the formats of notebook 10:

    shapes_models.py [FOLDER]     default: notebooks/data/models/shapes

shapes.onnx and shapes.pt (TorchScript) are copies of the fixtures. shapes.pt2 is from PyTorch, shapes-keras.onnx from Keras on PyTorch,
and shapes-trained.onnx from PyTorch in training mode, as it should not be. It needs torch 2.7, onnx, onnxscript and keras 3."""

import os
import shutil
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from torch import nn

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "lib/core/src/test/resources/fixtures"
SIDE = 64
BLOCKS = (("layer1", 8, 8, 1), ("layer2", 8, 16, 2), ("layer3", 16, 32, 2))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu2 = nn.ReLU()
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        skip = x if self.downsample is None else self.downsample(x)
        return self.relu2(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))) + skip)


class Shapes(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(2)
        for name, inputs, outputs, stride in BLOCKS:
            setattr(self, name, Block(inputs, outputs, stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten(1)
        self.fc = nn.Linear(32, 4)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(self.flatten(self.avgpool(x)))


class Dropped(Shapes):
    """The same with a dropout before the last layer."""

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(nn.functional.dropout(self.flatten(self.avgpool(x)), 0.5, self.training))


def in_keras(state):
    """The same network with the channels last."""
    layers = keras.layers
    named = []

    def unit(x, conv, norm, filters, size, stride):
        x = layers.ZeroPadding2D(size // 2)(x) if size > 1 else x
        named.append((layers.Conv2D(filters, size, stride, use_bias=False, name=conv.replace(".", "_")), conv, norm))
        x = named[-1][0](x)
        named.append((layers.BatchNormalization(epsilon=1e-5, name=norm.replace(".", "_")), norm, None))
        return named[-1][0](x)

    pictures = layers.Input((SIDE, SIDE, 3), name="pictures")
    x = layers.MaxPooling2D(2)(layers.ReLU()(unit(pictures, "conv1", "bn1", 8, 3, 1)))
    for name, inputs, outputs, stride in BLOCKS:
        skip = x
        x = layers.ReLU()(unit(x, f"{name}.conv1", f"{name}.bn1", outputs, 3, stride))
        x = unit(x, f"{name}.conv2", f"{name}.bn2", outputs, 3, 1)
        if stride != 1 or inputs != outputs:
            skip = unit(skip, f"{name}.downsample.0", f"{name}.downsample.1", outputs, 1, stride)
        x = layers.ReLU(name=name)(layers.Add()([x, skip]))
    x = layers.GlobalAveragePooling2D()(x)
    dense = layers.Dense(4, name="logits")
    model = keras.Model(pictures, dense(x))
    for layer, name, norm in named:
        if norm is None:
            layer.set_weights([state[f"{name}.{part}"].numpy() for part in ("weight", "bias", "running_mean", "running_var")])
        else:
            layer.set_weights([state[f"{name}.weight"].permute(2, 3, 1, 0).numpy()])
    dense.set_weights([state["fc.weight"].T.numpy(), state["fc.bias"].numpy()])
    return model


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FIXTURES / "tiny-resnet.onnx", folder / "shapes.onnx")
    shutil.copyfile(FIXTURES / "tiny-resnet-traced.pt", folder / "shapes.pt")
    state = torch.load(FIXTURES / "tiny-resnet.pth")
    model = Shapes()
    model.load_state_dict(state)
    model.eval()
    pictures = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    batch = torch.export.Dim("batch", min=1, max=64)
    torch.export.save(torch.export.export(model, (pictures,), dynamic_shapes=({0: batch},)), folder / "shapes.pt2")
    dropped = Dropped()
    dropped.load_state_dict(state)
    torch.onnx.export(
        dropped.train(),
        (pictures,),
        folder / "shapes-trained.onnx",
        input_names=["pictures"],
        output_names=["logits"],
        training=torch.onnx.TrainingMode.TRAINING,
        dynamo=False,
    )
    network = in_keras(state)
    with torch.no_grad():
        same = network(pictures.permute(0, 2, 3, 1)) - model(pictures)
    assert same.abs().max() < 1e-4, same
    network.export(folder / "shapes-keras.onnx", format="onnx")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "notebooks/data/models/shapes")
