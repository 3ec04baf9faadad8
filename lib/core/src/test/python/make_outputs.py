"""Makes a small random network as TorchScript with several outputs, frozen, and in half precision:
python make_outputs.py ../resources/outputs      (PyTorch 2, numpy)"""
import sys
from pathlib import Path
from typing import Dict, NamedTuple, Tuple

import numpy as np
import torch
from torch import Tensor, nn

CLASSES = 3


class Both(NamedTuple):
    features: Tensor
    logits: Tensor


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2, padding=1)
        self.fc = nn.Linear(6, CLASSES)

    def features(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.conv2(x)).mean([2, 3])

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.features(x))


class FeaturesFirst(Net):
    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        features = self.features(x)
        return features, self.fc(features)


class Named(Net):
    def forward(self, x: Tensor) -> Both:
        features = self.features(x)
        return Both(features, self.fc(features))


class Dictionary(Net):
    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        features = self.features(x)
        return {"features": features, "logits": self.fc(features)}


class Undecided(Net):
    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        logits = self.fc(self.features(x))
        return logits, logits * 2


class Converting(Net):
    """Half precision whose code names types: by position, by name, and in a method of its own."""

    def scale(self, x: Tensor) -> Tensor:
        ones = torch.softmax(torch.zeros([1, 1], dtype=torch.float16), 1, torch.float16)
        return x * ones.to(torch.float64).to(torch.half)

    def forward(self, x: Tensor) -> Tensor:
        x = x.to(torch.float16) + torch.full([1, 3, 1, 1], 0.0, dtype=torch.half)
        return self.fc(self.scale(self.features(x))).float()


class TwoInputs(Net):
    def forward(self, x: Tensor, scale: Tensor) -> Tensor:
        return self.fc(self.features(x * scale))


def filled(net):
    generator = torch.Generator().manual_seed(7)
    for value in list(net.parameters()) + [net.bn1.running_mean]:
        value.data = torch.randn(value.shape, generator=generator) * 0.5
    return net.eval()


def main(folder):
    folder.mkdir(exist_ok=True)
    x = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    kinds = {"tuple": FeaturesFirst, "named": Named, "dict": Dictionary, "undecided": Undecided, "two-inputs": TwoInputs}
    for name, kind in kinds.items():
        torch.jit.script(filled(kind())).save(folder / f"{name}.pt")
    torch.jit.freeze(torch.jit.script(filled(Net()))).save(folder / "frozen.pt")
    precisions(folder, x)
    logits = filled(Net())(x).detach()
    np.savez(folder / "golden.npz", x=x.numpy(), logits=logits.numpy())


def precisions(folder, x):
    """Networks of other types, and what float32 gives for their rounded weights."""
    logits = {}
    for name, dtype in {"half": torch.half, "bfloat16": torch.bfloat16, "double": torch.double}.items():
        traced = torch.jit.trace(filled(Net()).to(dtype), x.to(dtype), check_trace=False)
        traced.save(folder / f"{name}.pt")
        logits[name] = filled(Net()).to(dtype).float()(x).detach().numpy()
    torch.jit.script(filled(Converting()).half()).save(folder / "converting.pt")
    np.savez(folder / "golden-precisions.npz", x=x.numpy(), converting=logits["half"], **logits)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
