"""Maps with the Python libraries, one turn per line of standard input:
python peers.py NETWORK THREADS SIZE [--cuda] [ONNX_FILE]"""
import os
import sys
import time
import warnings
from importlib.metadata import version

# Progress bars and warnings would hide errors.
os.environ["TQDM_DISABLE"] = "1"
warnings.filterwarnings("ignore")

import torch

from models import build, last_layer

device = "cuda" if "--cuda" in sys.argv else "cpu"
name, threads, size, *file = [argument for argument in sys.argv[1:] if argument != "--cuda"]
threads, size = int(threads), int(size)
torch.set_num_threads(threads)
model = build(name).to(device)
layer = last_layer(name, model)
torch.manual_seed(1)
x = torch.randn(1, 3, size, size).to(device)
batch = torch.randn(16, 3, size, size).to(device)
session = None
if file:
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # As in Limelight: threads that wait busily would count as work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(file[0], options, providers=["CPUExecutionProvider"])


def forward():
    with torch.no_grad():
        model(x).argmax().item()


def batch_forward():
    with torch.no_grad():
        model(batch).argmax(1).tolist()


def onnxruntime_forward():
    session.run(None, {session.get_inputs()[0].name: x.numpy()})[0].argmax().item()


def tokens_as_maps(output):
    """For grad-cam: (N, C, h, w) of a transformer's tokens, the first of which is that of the class."""
    side = int((output.shape[1] - 1) ** 0.5)
    return output[:, 1:].transpose(1, 2).unflatten(2, (side, side))


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
    reshape = tokens_as_maps if name.startswith("vit") else None
    with getattr(pytorch_grad_cam, method)(model, [layer], reshape_transform=reshape) as cam:
        cam(x, targets=[ClassifierOutputTarget(model_target)]).sum()


def versions():
    packages = ("torch", "captum", "torchcam", "grad-cam") + (("onnxruntime",) if session else ())
    return ", ".join(f"{package} {version(package)}" for package in packages)


with torch.no_grad():
    model_target = model(x).argmax().item()
turns = {
    "forward": forward,
    "batch": batch_forward,
    "captum": captum_layer_grad_cam,
    "captum GuidedBackprop": lambda: captum("GuidedBackprop"),
    "captum Saliency": lambda: captum("Saliency"),
    "torchcam": torchcam,
    "grad-cam": lambda: grad_cam("GradCAM"),
    "grad-cam AblationCAM": lambda: grad_cam("AblationCAM"),
    "grad-cam ScoreCAM": lambda: grad_cam("ScoreCAM"),
    "grad-cam EigenCAM": lambda: grad_cam("EigenCAM"),
    "onnxruntime": onnxruntime_forward,
    # The milliseconds of all cores that this process has used.
    "cpu": lambda: time.process_time() * 1e3,
    "versions": versions,
}
print("ready", flush=True)
for line in sys.stdin:
    print("done", turns[line.strip()]() or "", flush=True)
