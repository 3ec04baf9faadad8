"""Grad-CAM by the Python libraries, one turn for each line on the standard input: python peers.py NETWORK THREADS"""
import sys

import torch

from models import build, last_layer

name, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
model = build(name)
layer = last_layer(name, model)
torch.manual_seed(1)
x = torch.randn(1, 3, 224, 224)


def forward():
    with torch.no_grad():
        model(x).argmax().item()


def captum():
    from captum.attr import LayerGradCam
    LayerGradCam(model, layer).attribute(x, target=model_target).sum().item()


def torchcam():
    from torchcam.methods import GradCAM
    with GradCAM(model, layer) as extractor:
        extractor(model_target, model(x))[0].sum().item()


def grad_cam():
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    with GradCAM(model, [layer]) as cam:
        cam(x, targets=[ClassifierOutputTarget(model_target)]).sum()


model_target = model(x).argmax().item()
turns = {"forward": forward, "captum": captum, "torchcam": torchcam, "grad-cam": grad_cam}
print("ready", flush=True)
for line in sys.stdin:
    turns[line.strip()]()
    print("done", flush=True)
