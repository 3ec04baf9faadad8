"""Torchvision's families as TorchScript, traced and scripted, a dozen layers of each to cut at, evenly spaced among all modules
with a (N, C, h, w) output, and beside each the NAME.npz of onnx_models.py: python torchvision_models.py FOLDER [NAME...]"""
import sys
import warnings
from pathlib import Path

import torch
import torchvision

from onnx_models import names, reference

NAMES = ["resnet18", "resnet50", "densenet121", "googlenet", "efficientnet_b0", "mobilenet_v2", "mobilenet_v3_small", "vgg11",
         "squeezenet1_1", "convnext_tiny", "shufflenet_v2_x1_0", "regnet_y_400mf", "inception_v3", "mnasnet0_5", "swin_t"]
EXTRA = {"googlenet": {"init_weights": True}, "inception_v3": {"init_weights": True}}



def layers(model, x, most=12):
    seen = {}
    handles = [module.register_forward_hook(lambda m, i, o, name=name: seen.update({name: o}))
               for name, module in model.named_modules() if name]
    with torch.no_grad():
        model(x)
    for handle in handles:
        handle.remove()
    names = [name for name, out in seen.items() if torch.is_tensor(out) and out.dim() == 4 and out.shape[2] * out.shape[3] > 1]
    count = min(most, len(names))
    return [names[round(i * (len(names) - 1) / max(1, count - 1))] for i in range(count)]


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in names(sys.argv[2:], NAMES):
        torch.manual_seed(0)
        model = torchvision.models.get_model(name, weights=None, **EXTRA.get(name, {})).eval()
        x = torch.rand(1, 3, *([299, 299] if name == "inception_v3" else [224, 224]))
        (folder / f"{name}.layers").write_text("\n".join(layers(model, x)) + "\n")
        with torch.no_grad():
            for kind, script in (("traced", lambda: torch.jit.trace(model, x)), ("scripted", lambda: torch.jit.script(model))):
                file = folder / f"{name}-{kind}.pt"
                if not file.exists():
                    script().save(str(file))
        if not (folder / f"{name}.npz").exists():
            # It changes the network, and comes last.
            reference(folder / f"{name}.npz", model, x * 2 - 1)
        print(name, flush=True)
