"""Makes a small random network as TorchScript whose loop ends after hours, which its code does not say:
python make_isolation.py ../resources/isolation      (PyTorch 2)"""
import sys
from pathlib import Path

import torch
from torch import Tensor, nn


class Endless(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, stride=4, padding=1)
        self.fc = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.conv(x))
        for _ in range(int(x.sum() * 0 + 2e9)):
            x = torch.relu(x)
        return self.fc(x.mean([2, 3]))


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.jit.script(Endless().eval()).save(Path(sys.argv[1]) / "endless.pt")
