"""Makes ../resources/transformers: torchvision's ViT and Swin, very small and with random weights, traced and as ONNX,
and maps of them by pytorch-grad-cam with the reshaping that its documentation gives for each.

    pip install torch==2.7.1 torchvision==0.22.1 grad-cam==1.5.7
    python make_transformers.py
"""
import pathlib

import numpy as np
import torch
from pytorch_grad_cam import GradCAM, HiResCAM, LayerCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

SIDE = 64
FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "transformers"
METHODS = {"grad-cam": GradCAM, "hires-cam": HiResCAM, "layer-cam": LayerCAM}


def vit_reshape(tensor):
    side = 8
    return tensor[:, 1:, :].reshape(tensor.size(0), side, side, tensor.size(2)).permute(0, 3, 1, 2)


def swin_reshape(tensor):
    return tensor.permute(0, 3, 1, 2)


def main():
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(5)
    vit = VisionTransformer(
        image_size=SIDE, patch_size=8, num_layers=2, num_heads=2, hidden_dim=12, mlp_dim=16, num_classes=5
    )
    swin = SwinTransformer(
        patch_size=[4, 4], embed_dim=12, depths=[2, 2], num_heads=[2, 2], window_size=[4, 4], mlp_ratio=2.0,
        stochastic_depth_prob=0.0, num_classes=5,
    )
    x = torch.randn(2, 3, SIDE, SIDE)
    golden = {"x": x.numpy()}
    layers = {
        "vit": (vit, vit_reshape, {"encoder.layers.encoder_layer_1.ln_1": vit.encoder.layers[1].ln_1}),
        "swin": (swin, swin_reshape, {"features.1.1": swin.features[1][1], "norm": swin.norm}),
    }
    for name, (model, reshape, chosen) in layers.items():
        for key, parameter in model.named_parameters():
            # As they come, the classes' scores are all but zero.
            scale = parameter.dim() == 1 and key.endswith("weight")
            torch.nn.init.normal_(parameter, mean=float(scale), std=0.4)
        model.eval()
        with torch.no_grad():
            golden[f"{name}/logits"] = model(x).numpy()
            if name == "vit":
                # Without gradients its attention becomes one operator that has none.
                torch.jit.trace(model, x[:1], check_trace=False).save(str(FOLDER / "tiny-vit-fused.pt"))
        torch.jit.trace(model, x[:1], check_trace=False).save(str(FOLDER / f"tiny-{name}.pt"))
        for path, layer in chosen.items():
            for method, kind in METHODS.items():
                with kind(model, [layer], reshape_transform=reshape) as cam:
                    targets = [ClassifierOutputTarget(3)] * len(x)
                    cam(x, targets)
                    activations = cam.activations_and_grads.activations[0].numpy()
                    gradients = cam.activations_and_grads.gradients[0].numpy()
                    raw = cam.get_cam_image(x, layer, targets, activations, gradients, False)
                golden[f"{name}/{path}/{method}"] = raw.astype(np.float32)
    np.savez(FOLDER / "golden.npz", **golden)
    for key, value in golden.items():
        print(key, value.shape, float(np.abs(value).max()))


main()
