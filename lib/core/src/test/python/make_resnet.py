"""Makes resnet-bottleneck.pth and resnet-bottleneck-golden.npz: two stages of torchvision's ResNet,
random weights in half precision. Needs torch and torchvision."""
import numpy as np
import torch
from torchvision.models.resnet import Bottleneck, ResNet

torch.manual_seed(0)
net = ResNet(Bottleneck, [2, 1, 1, 1])
net.layer3 = net.layer4 = torch.nn.Identity()
net.fc = torch.nn.Linear(512, 10)
for module in net.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.weight.data.uniform_(0.5, 1.5)
        module.bias.data.normal_(0, 0.1)
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.5, 1.5)
net.half()
torch.save(net.state_dict(), "resnet-bottleneck.pth")
net.float().eval()
x = torch.randn(2, 3, 32, 48)
with torch.no_grad():
    np.savez("resnet-bottleneck-golden.npz", x=x.numpy(), logits=net(x).numpy())
