"""Maps with the Python libraries, one turn per line of standard input: python peers.py NETWORK THREADS SIZE"""
import os
import sys
import warnings
from importlib.metadata import version

# Progress bars and warnings would hide errors.
os.environ["TQDM_DISABLE"] = "1"
warnings.filterwarnings("ignore")

import torch

from models import build, last_layer

name, threads, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
model = build(name)
layer = last_layer(name, model)
torch.manual_seed(1)
x = torch.randn(1, 3, size, size)


def forward():
    with torch.no_grad():
        model(x).argmax().item()


def captum_layer_grad_cam():
    from captum.attr import LayerGradCam
    LayerGradCam(model, layer).attribute(x, target=model_target).sum().item()


def captum(method):
    import captum.attr
    getattr(captum.attr, method)(model).attribute(x, target=model_target).sum().item()


def torchcam():
    from torchcam.methods import GradCAM
    with GradCAM(model, layer) as extractor:
        extractor(model_target, model(x))[0].sum().item()


def grad_cam(method):
    import pytorch_grad_cam
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    with getattr(pytorch_grad_cam, method)(model, [layer]) as cam:
        cam(x, targets=[ClassifierOutputTarget(model_target)]).sum()


def versions():
    return ", ".join(f"{package} {version(package)}" for package in ("torch", "captum", "torchcam", "grad-cam"))


with torch.no_grad():
    model_target = model(x).argmax().item()
turns = {
    "forward": forward,
    "captum": captum_layer_grad_cam,
    "captum GuidedBackprop": lambda: captum("GuidedBackprop"),
    "captum Saliency": lambda: captum("Saliency"),
    "torchcam": torchcam,
    "grad-cam": lambda: grad_cam("GradCAM"),
    "grad-cam AblationCAM": lambda: grad_cam("AblationCAM"),
    "grad-cam ScoreCAM": lambda: grad_cam("ScoreCAM"),
    "grad-cam EigenCAM": lambda: grad_cam("EigenCAM"),
    "versions": versions,
}
print("ready", flush=True)
for line in sys.stdin:
    print("done", turns[line.strip()]() or "", flush=True)
