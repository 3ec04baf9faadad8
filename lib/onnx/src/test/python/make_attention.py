"""Writes src/test/resources/attention: vision transformers of 32 pixels as ONNX, .pt2 and TorchScript, and what methods for attention give for them.

The formulas are those of vit-explain (rollout; rows are divided by their own sum, where vit-explain divides columns by the sums of rows), of the notebook of
"Generic Attention-model Explainability" (Chefer et al.) and of LeGrad's compute_legrad, in float64 on torch's autograd.

Needs torch 2.7.1, timm 1.0.16 and onnx. From lib/onnx: python src/test/python/make_attention.py
"""
import sys
from pathlib import Path

import numpy as np
import torch
from timm.models.davit import DaVit
from timm.models.deit import VisionTransformerDistilled
from timm.models.swin_transformer import SwinTransformer
from timm.models.vision_transformer import VisionTransformer
from timm.models.xcit import Xcit
from torch import nn

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "attention"
CLASS = 2
SIZES = dict(img_size=32, patch_size=8, num_classes=5, embed_dim=12, depth=3, num_heads=3, mlp_ratio=2)


def networks():
    yield "vit", VisionTransformer(**SIZES)
    yield "registers", VisionTransformer(**SIZES, reg_tokens=2, init_values=0.5)
    yield "pooled", VisionTransformer(**SIZES, class_token=False, global_pool="avg")
    yield "distilled", VisionTransformerDistilled(**SIZES)


class Kept(nn.Module):
    """timm's attention, with its probabilities kept."""

    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, x, attn_mask=None):
        n, t, d = x.shape
        q, k, v = self.of.qkv(x).reshape(n, t, 3, self.of.num_heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        self.a = (self.of.scale * q @ k.transpose(-2, -1)).softmax(-1)
        if self.a.requires_grad:
            self.a.retain_grad()
        return self.of.proj((self.a @ v).transpose(1, 2).reshape(n, t, d))


class AmongChannels(nn.Module):
    """Attention among 16 channels, in a network of 16 tokens."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(16, 48)
        self.proj = nn.Linear(16, 16)

    def forward(self, x, attn_mask=None):
        q, k, v = self.qkv(x).transpose(1, 2).chunk(3, 1)
        return self.proj(((q @ k.transpose(1, 2)).softmax(-1) @ v).transpose(1, 2))


class Merging(nn.Module):
    """A block of timm with half as many patches after its attention: ToMe's bipartite soft matching."""

    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, x):
        x = x + self.of.attn(self.of.norm1(x))
        return (lambda y: y + self.of.mlp(self.of.norm2(y)))(self.merged(x, x.shape[1] // 2))

    @staticmethod
    def merged(x, r):
        unit = x / x.norm(dim=-1, keepdim=True)
        best, nearest = (unit[:, ::2] @ unit[:, 1::2].transpose(1, 2)).max(-1)
        # The class token is kept.
        best = torch.cat([best[:, :1] - 9, best[:, 1:]], 1)
        order = best.argsort(-1, descending=True).unsqueeze(-1)
        source, to = x[:, ::2], nearest.unsqueeze(-1).gather(1, order[:, :r])
        kept = source.gather(1, order[:, r:].sort(1)[0].expand(-1, -1, x.shape[-1]))
        moved = source.gather(1, order[:, :r].expand(-1, -1, x.shape[-1]))
        return torch.cat([kept, x[:, 1::2].scatter_add(1, to.expand(-1, -1, x.shape[-1]), moved)], 1)


def refused():
    sizes = {**SIZES, "embed_dim": 16, "num_heads": 1, "depth": 2}
    channels = VisionTransformer(**sizes, class_token=False, global_pool="avg")
    for block in channels.blocks:
        block.attn = AmongChannels()
    yield "channels", channels
    yield "xcit", Xcit(img_size=32, patch_size=8, num_classes=5, embed_dim=16, depth=2, cls_attn_layers=1, num_heads=2, mlp_ratio=2)
    yield "davit", DaVit(depths=(1, 1), embed_dims=(8, 16), num_heads=(2, 2), window_size=4,
                         mlp_ratio=2, num_classes=5)
    tome = VisionTransformer(**{**SIZES, "depth": 2})
    tome.blocks = nn.Sequential(*[Merging(block) for block in tome.blocks])
    yield "tome", tome


def readers(name, t):
    row = torch.zeros(t, dtype=torch.float64)
    if name == "pooled":
        row[:] = 1 / t
    elif name == "distilled":
        row[:2] = 0.5
    else:
        row[0] = 1
    return row


def rollout(attentions, row, prefix, fusion, discard):
    t = attentions[0].shape[-1]
    result = torch.eye(t, dtype=torch.float64)
    for a in attentions:
        fused = {"mean": a.mean(1), "max": a.amax(1), "min": a.amin(1)}[fusion].clone()
        for one in fused:
            flat = one.view(-1)
            _, indices = flat.topk(int(flat.size(-1) * discard), -1, False)
            flat[indices[indices != 0]] = 0
        b = (fused + torch.eye(t)) / 2
        result = b / b.sum(-1, keepdim=True) @ result
    return (row @ result)[:, prefix:]


def chefer(attentions, gradients, row, prefix):
    t = attentions[0].shape[-1]
    result = torch.eye(t, dtype=torch.float64)
    for a, g in zip(attentions, gradients):
        result = result + (a * g).clamp(min=0).mean(1) @ result
    return (row @ result - row)[:, prefix:]


def legrad(net, features, attentions, prefix):
    total = 0
    for z, a in zip(features, attentions):
        mean = z.mean(1, keepdim=True).expand_as(z)
        if isinstance(net, VisionTransformerDistilled):
            y = net.forward_head(net.norm(mean))
        else:
            y = net.forward_head(net.norm(mean))
        g = torch.autograd.grad(y[:, CLASS].sum(), a, retain_graph=True)[0]
        total = total + g.clamp(min=0).mean(1).mean(1)
    return (total / len(features))[:, prefix:]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    golden = {}
    torch.manual_seed(4)
    x = torch.randn(2, 3, 32, 32)
    golden["x"] = x
    for name, net in networks():
        for key, parameter in net.named_parameters():
            torch.nn.init.normal_(parameter, mean=float(parameter.dim() == 1 and key.endswith("weight")), std=0.5)
        net.eval()
        with torch.no_grad():
            torch.onnx.export(net, x[:1], str(FOLDER / f"{name}.onnx"), input_names=["x"], output_names=["y"], opset_version=17,
                              dynamic_axes={"x": {0: "n"}, "y": {0: "n"}}, dynamo=False)
            if name == "vit":
                program = torch.export.export(net, (x,), dynamic_shapes=({0: torch.export.Dim("n", min=1, max=64)},))
                torch.export.save(program, str(FOLDER / "vit.pt2"))
                torch.jit.trace(net, x[:1], check_trace=False).save(str(FOLDER / "vit.pt"))
        double = net.double()
        for block in double.blocks:
            block.attn = Kept(block.attn)
        features = []
        hooks = [block.register_forward_hook(lambda m, i, o: features.append(o)) for block in double.blocks]
        logits = double(x.double())
        for hook in hooks:
            hook.remove()
        attentions = [block.attn.a for block in double.blocks]
        gradients = torch.autograd.grad(logits[:, CLASS].sum(), attentions, retain_graph=True)
        plain = [a.detach() for a in attentions]
        t = plain[0].shape[-1]
        prefix = t - 16
        row = readers(name, t)
        golden[f"{name}/logits"] = logits
        for fusion in ("mean", "max", "min"):
            for discard in (0, 0.6):
                golden[f"{name}/rollout-{fusion}-{discard}"] = rollout(plain, row, prefix, fusion, discard)
        golden[f"{name}/transformer-attribution"] = chefer(plain, gradients, row, prefix)
        golden[f"{name}/le-grad"] = legrad(double, features, attentions, prefix)
    swin = SwinTransformer(img_size=32, patch_size=4, num_classes=5, embed_dim=6, depths=(2, 2), num_heads=(2, 2), window_size=4).eval()
    torch.onnx.export(swin, x[:1], str(FOLDER / "swin.onnx"), opset_version=17, dynamo=False)
    for name, net in refused():
        torch.onnx.export(net.eval(), x[:1], str(FOLDER / f"{name}.onnx"), input_names=["x"], output_names=["y"], opset_version=17,
                          dynamo=False)
    golden = {key: value.detach().float().numpy() for key, value in golden.items()}
    np.savez(FOLDER / "pytorch.npz", **golden)
    for key, value in golden.items():
        print(key, value.shape, float(np.abs(value).max()), float(np.abs(value).min()))


if __name__ == "__main__":
    sys.exit(main())
