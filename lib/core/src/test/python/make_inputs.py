"""Writes the small networks of src/test/resources/inputs: one network with its channels first and last,
and one of one channel. Run in that folder, with PyTorch 2."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, channels: int, last: bool):
        super().__init__()
        self.last = last
        self.conv1 = nn.Conv2d(channels, 4, 3, 2, 1)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(4, 6, 3, 2, 1)
        self.relu2 = nn.ReLU()
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        if self.last:
            x = x.permute(0, 3, 1, 2)
        x = self.relu2(self.conv2(self.relu1(self.conv1(x))))
        return self.fc(x.mean((2, 3)))


torch.manual_seed(0)
first = Net(3, False).eval()
last = Net(3, True).eval()
last.load_state_dict(first.state_dict())
torch.jit.save(torch.jit.trace(first, torch.rand(1, 3, 24, 32)), "channels-first.pt")
torch.jit.save(torch.jit.trace(last, torch.rand(1, 24, 32, 3)), "channels-last.pt")
torch.jit.save(torch.jit.trace(Net(1, False).eval(), torch.rand(1, 1, 24, 32)), "one-channel.pt")
