"""Networks of onnx_models.py as folders of the Hugging Face hub: python hub_models.py FOLDER [NAME...]

NAME-hub holds config.json and model.safetensors, beside NAME.npz, which onnx_models.py writes and this script too where it is
missing. Which networks can be read from such folders is in docs/COMPATIBILITY.md."""
import json
import logging
import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_model

from onnx_models import build, names, reference

NETWORKS = ["resnet18", "resnet50", "vgg11", "vgg11_bn", "mobilenet_v3_small", "convnext_tiny", "vit_b_16",
            "tf_efficientnet_lite0", "vit_tiny_patch16_224", "deit_tiny_patch16_224"]

if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    folder = Path(sys.argv[1])
    for name in names(sys.argv[2:], NETWORKS):
        own = folder / f"{name}-hub"
        own.mkdir(parents=True, exist_ok=True)
        model, size = build(name)
        save_model(model, own / "model.safetensors")
        (own / "config.json").write_text(json.dumps({"architecture": name, "num_classes": 1000}))
        if not (folder / f"{name}.npz").exists():
            x = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1)) * 2 - 1
            reference(folder / f"{name}.npz", model, x)
        print(name, flush=True)
