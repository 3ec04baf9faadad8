"""Small programs of torch.export with what PyTorch computes of them: python make_pt2.py FOLDER [NAME...]

NAME-VERSION-saved.pt2 is the graph as it is exported by this version of PyTorch, NAME-VERSION-decomposed.pt2 the same after
run_decompositions(), and NAME.json the picture, the logits, and the gradient of the sum of the logits of class 1.
The folder ../resources/pt2 has all of PyTorch 2.15, and those of VERSIONS made by older ones."""
import json
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 4
# Those that have other operators after run_decompositions().
DECOMPOSED = ("Residual", "Convolutions", "Activations", "Normalisations", "Pools", "Shapes", "InPlaceViews", "Attention", "OpenSizes")
VERSIONS = {"2.6": ["Residual"], "2.7": ["Residual", "Weights"], "2.8": ["Residual"], "2.9": ["Residual"]}


class Headed(nn.Module):
    """Ends in the means of channels and a linear layer."""

    channels = 3

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(self.channels, CLASSES)

    def forward(self, x):
        return self.fc(self.features(x).flatten(2).mean(2))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(inplace=True))
        self.layer2 = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.Dropout(0.5))
        self.fc = nn.Linear(6, CLASSES)
        self.register_buffer("scale", torch.tensor([0.5]), persistent=False)
        self.shift = torch.arange(6.0).view(6, 1, 1)
        self.layer1[1].running_mean.uniform_(-1, 1)
        self.layer1[1].running_var.uniform_(0.5, 2)

    def forward(self, x):
        x = self.layer1(x)
        y = self.layer2(x)
        y += x
        y = F.relu_(y) * self.scale + self.shift
        return self.fc(F.adaptive_avg_pool2d(y, 1).flatten(1))


class Convolutions(Headed):
    channels = 4

    def __init__(self):
        super().__init__()
        self.strided = nn.Conv2d(3, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
        self.grouped = nn.Conv2d(6, 6, 3, padding="same", groups=3)
        self.up = nn.ConvTranspose2d(6, 16, 3, stride=2, padding=1, output_padding=1, bias=False)
        self.line = nn.Conv1d(4, 4, 3)

    def features(self, x):
        x = F.pixel_shuffle(self.up(self.grouped(self.strided(x))), 2)
        return self.line(F.pixel_unshuffle(x, 2)[:, :4].flatten(2))


class Activations(Headed):
    channels = 3

    def features(self, x):
        y = x * 2
        a = [F.relu(y), F.relu6(3 * y), F.hardtanh(y, -0.5, 0.7), torch.sigmoid(y), torch.tanh(y), F.hardsigmoid(y), F.hardswish(y),
             F.silu(y), F.gelu(y), F.gelu(y, approximate="tanh"), F.mish(y), F.elu(y, 0.7), F.selu(y), F.celu(y, 0.8),
             F.leaky_relu(y, 0.2), F.prelu(y, torch.tensor([0.1, 0.2, 0.3])), F.softplus(y), F.logsigmoid(y),
             y.softmax(1), y.log_softmax(-1), F.glu(torch.cat([y, -y], 1), 1), F.dropout(y, training=self.training)]
        for function in (F.relu_, F.silu, F.hardswish, F.hardsigmoid, F.relu6, F.elu_, F.leaky_relu_):
            b = y + 0.1
            a.append(function(b) if function.__name__.endswith("_") else function(b, inplace=True))
        return sum((i + 1) * each for i, each in enumerate(a))


class Normalisations(Headed):
    channels = 6

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3)
        self.batch = nn.BatchNorm2d(6, affine=False)
        self.group = nn.GroupNorm(3, 6)
        self.instance = nn.InstanceNorm2d(6, affine=True)
        self.layer = nn.LayerNorm([6, 6])
        self.last = nn.LayerNorm(6, elementwise_affine=False)
        self.rms = nn.RMSNorm(6, eps=1e-6)
        for module in (self.group, self.instance, self.layer, self.rms):
            nn.init.uniform_(module.weight, 0.5, 1.5)

    def features(self, x):
        x = self.conv(x)
        tokens = x.permute(0, 2, 3, 1)
        last = (self.last(tokens) + self.rms(tokens)).permute(0, 3, 1, 2)
        return self.batch(x) + 2 * self.group(x) + 3 * self.instance(x) + self.layer(x) * x + last + F.normalize(x, dim=1) \
            + F.normalize(x, p=1, dim=(2, 3)) + x * self.standard().sum()

    def standard(self):
        """A weight standardised as in NFNets."""
        weight = self.conv.weight
        return F.batch_norm(weight.reshape(1, 6, -1), None, None, weight=self.instance.weight, training=True, momentum=0.0)


class Pools(Headed):
    def features(self, x):
        a = [F.max_pool2d(x, 3, 2, 1), F.max_pool2d(x, 3, 2, ceil_mode=True), F.max_pool2d(x, 2, 1, dilation=2),
             F.avg_pool2d(x, 3, 2, 1), F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), F.avg_pool2d(x, 3, 2, ceil_mode=True),
             F.avg_pool2d(x, 2, divisor_override=3), F.adaptive_avg_pool2d(x, 4), F.adaptive_avg_pool2d(x, (3, 5)),
             F.adaptive_avg_pool2d(x, 1), F.adaptive_max_pool2d(x, 2), F.adaptive_max_pool2d(x, (3, 5)), F.adaptive_max_pool2d(x, 1)]
        return sum((i + 1) * each.mean((2, 3), keepdim=True) ** 2 for i, each in enumerate(a))


class Shapes(Headed):
    channels = 6

    def features(self, x):
        n = x.shape[0]
        y = x.permute(0, 2, 3, 1).reshape(n, 64, 3).transpose(1, 2).unflatten(2, (8, 8))
        y = torch.cat([y, x.unsqueeze(1).expand(-1, 2, -1, -1, -1).squeeze(1)[:, 0]], 1)
        a, b, c = y.chunk(3, 1)
        d, e = y.split([2, 4], 1)
        f, g, h = x.unbind(1)
        z = torch.stack([f, g * 2, h * 3], 1).repeat(1, 2, 1, 1) + c.repeat(1, 3, 1, 1).roll((1, -2), (2, 3))
        z = z * d.movedim(1, 3)[..., :1].movedim(3, 1).expand_as(z) + e.sum(1, keepdim=True)
        z = z + torch.cat([a, b, y.narrow(1, 1, 2)], 1).flip(3)
        z = F.pad(z, (1, 0, 2, 1), value=0.5) + F.pad(z, (1, 0, 2, 1), mode="reflect") * F.pad(z, (1, 0, 2, 1), mode="replicate")
        z = F.pad(z, (-1, 0, 0, -2))[:, :, 1::2, :-1]
        return z.swapaxes(2, 3).contiguous().view(n, 6, -1)


class InPlaceViews(Headed):
    channels = 4

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def features(self, x):
        x = self.conv(x)
        part = x[:, 1:3]
        part.mul_(2)
        turned = x.permute(0, 2, 3, 1)
        x[:, 0] = x[:, 3] + 1
        row = x.view(x.shape[0], 4, 64)[:, :, 3]
        row.add_(x[:, :, 2, 2])
        turned.add_(0.25)
        mask = x.new_zeros((8, 8))
        mask[2:4, :5] = 3.0
        mask[-2:, 1:].fill_(2)
        mask[0].zero_()
        same = F.dropout(x, 0.3, training=False)
        same.relu_()
        return x * mask + part.sum(1, keepdim=True) * turned.permute(0, 3, 1, 2)


class Arithmetic(Headed):
    def features(self, x):
        y = x.abs() + 0.5
        k = torch.arange(8)
        a = [torch.add(x, y, alpha=2), torch.sub(x, y, alpha=3), 2 - x, x * k, x / 3, 1 / y, x / (k + 1), y ** 2, y ** 0.5, y ** 1.7,
             2 ** x, y ** x, x.clamp(-0.3, 0.4), x.clamp(min=0.1), torch.maximum(x, y - 1), torch.minimum(x, y - 0.7),
             torch.addcmul(x, y, x, value=0.3), torch.addcdiv(x, x, y), torch.lerp(x, y, 0.3), x.exp(), y.log(), y.sqrt(), y.rsqrt(),
             y.reciprocal(), x.sin(), x.cos(), torch.erf(x), y.log1p(), x.expm1(), y.log2(), x.square(), -x, x.atan(),
             x * torch.div(k, 3, rounding_mode="floor"), x * torch.div(k - 4, 3, rounding_mode="trunc"), x * ((k - 4) // 3),
             x * ((k - 4) % 3), x * torch.fmod(k - 4.0, 3), x * torch.remainder(k - 4.5, 3), x.sign() * x, x.floor() * x,
             x.round() * x, x.trunc() * x, torch.rsub(x, y, alpha=2), x * torch.linspace(0, 1, 8), x + True]
        return sum((i + 1) * each for i, each in enumerate(a)) / len(a)


class Conditions(Headed):
    def features(self, x):
        k = torch.arange(8)
        low = torch.ones(8, 8).tril().bool()
        scores = x.masked_fill(~low, float("-inf")).softmax(-1)
        a = [scores, torch.where(x > 0.2, x, -2 * x), torch.where(k >= 3, x, 0.5), x.masked_fill(k == 2, 1.5), x * (k != 4),
             x * ((k < 6) & (k > 1)), x * ((k <= 1) | (x < 0)), x * torch.logical_xor(k < 3, x < 0), x * torch.logical_not(x >= 0.1),
             x * torch.triu(torch.ones(8, 8), 1), x * (x > 0.9).any(-1, keepdim=True), x * (x > 0.01).all(2, keepdim=True),
             torch.where(torch.isnan(x), 0.0, x)]
        return sum((i + 1) * each for i, each in enumerate(a))


class Reductions(Headed):
    def features(self, x):
        a = [x.mean((2, 3), keepdim=True), x.sum(3, keepdim=True), x.amax((2, 3), keepdim=True), x.amin(2, keepdim=True),
             x.max(3, keepdim=True)[0], x.min(2)[0].unsqueeze(2), x.var((2, 3), keepdim=True), x.std(1, keepdim=True),
             torch.var(x, 3, unbiased=False, keepdim=True), x.logsumexp((2, 3), keepdim=True), x.cumsum(3),
             x.topk(2, -1)[0].sum(-1, keepdim=True), x.norm(dim=3, keepdim=True), (x * 0.3 + 1).prod(2, keepdim=True),
             torch.linalg.vector_norm(x, float("inf"), (2, 3), keepdim=True), x * x.argmax(3, keepdim=True), x * x.mean()]
        return sum((i + 1) * each for i, each in enumerate(a))


class Indexing(Headed):
    channels = 3

    def __init__(self):
        super().__init__()
        self.places = nn.Embedding(5, 8)
        self.register_buffer("index", torch.tensor([[0, 2], [1, 2]]))

    def features(self, x):
        rows, columns = torch.tensor([[0, 3], [5, 7]]), torch.tensor([[1], [6]])
        a = [x[:, :, rows, columns].sum((2, 3), keepdim=True), x[:, self.index][:, 0].sum(1, keepdim=True),
             x[:, :, columns.squeeze(1)].mean(2, keepdim=True), x.index_select(3, torch.tensor([7, 0, 0])).sum(3, keepdim=True),
             x.gather(2, torch.tensor([1, 0, 5]).view(1, 1, 3, 1).expand(x.shape[0], 3, 3, 8)).mean(2, keepdim=True),
             x * self.places(torch.tensor([4, 1, 1, 0, 2, 3, 3, 0])), x[..., 2:3], x[:, None, :, 1::3].sum(3)[:, 0].unsqueeze(2),
             x[:, torch.tensor([2, 0, 1]), :, torch.tensor([0, 3, 7])].permute(1, 0, 2).unsqueeze(3)]
        return sum((i + 1) * each for i, each in enumerate(a))


class Attention(Headed):
    channels = 8

    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(3, 8, 2, stride=2)
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.block = nn.TransformerEncoderLayer(8, 2, 12, batch_first=True, activation="gelu", norm_first=True)
        self.register_buffer("mask", torch.rand(17, 17) > 0.3)
        self.mask.fill_diagonal_(True)
        self.bias = nn.Parameter(torch.randn(17, 17))

    def features(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)
        with torch.autograd.set_grad_enabled(torch.is_grad_enabled()):
            x = self.block(x)
        q = x.unflatten(2, (2, 4)).transpose(1, 2)
        y = F.scaled_dot_product_attention(q, q, q, attn_mask=self.mask) + F.scaled_dot_product_attention(q, q, q, is_causal=True) \
            + F.scaled_dot_product_attention(q, q * 0.5, q, attn_mask=self.bias, scale=0.7)
        z = torch.einsum("bhqd,bhkd->bhqk", q, y) @ y
        w = torch.baddbmm(x, x @ x.transpose(1, 2), x, beta=0.5, alpha=0.1)
        return (z.transpose(1, 2).flatten(2) + w).transpose(1, 2)


class Resizes(Headed):
    def features(self, x):
        a = [F.interpolate(x, scale_factor=2), F.interpolate(x, (5, 7)), F.interpolate(x, scale_factor=2, mode="bilinear"),
             F.interpolate(x, (12, 5), mode="bilinear", align_corners=True), F.interpolate(x, (11, 13), mode="bicubic"),
             F.interpolate(x, (6, 11), mode="nearest-exact"),
             F.interpolate(x, (5, 3), mode="bilinear", antialias=True)]
        return sum((i + 1) * (each ** 2).mean((2, 3), keepdim=True) for i, each in enumerate(a))


class OpenSizes(Headed):
    """Its pictures may be of any size."""

    channels = 3

    def features(self, x):
        n, c, h, w = x.shape
        tokens = x.reshape(n, c, h * w).transpose(1, 2)
        y = (tokens * (h * w) / (h + w)).permute(0, 2, 1).reshape(n, c, h, w)
        y = y[:, :, : h // 2] + x[:, :, h - h // 2:]
        return y + x.new_zeros((n, c, h // 2, w)) + torch.arange(w) + F.adaptive_avg_pool2d(y, 1).expand(-1, -1, h // 2, w)


class Several(nn.Module):
    """Gives a dict, of which the logits are not the first."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3)
        self.fc = nn.Linear(5, CLASSES)

    def forward(self, x):
        features = self.conv(x)
        return {"features": features, "none": None, "logits": self.fc(features.mean((2, 3)))}


class Weights(nn.Module):
    """Weights that share storages, or are not contiguous."""

    def __init__(self):
        super().__init__()
        whole = torch.randn(5, 4, 3)
        self.register_buffer("whole", whole)
        self.register_buffer("turned", whole.transpose(0, 2))
        self.register_buffer("part", whole[1:, 1:3, 1])
        self.register_buffer("expanded", torch.randn(3, 1, 1).expand(3, 8, 8))
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.second.weight = self.first.weight
        self.register_buffer("doubles", torch.randn(3, dtype=torch.float64))
        self.register_buffer("bytes", torch.arange(3, dtype=torch.uint8))

    def forward(self, x):
        y = self.second(self.first((x * self.expanded).mean((2, 3))).relu()) * self.doubles.float() + self.bytes
        return (y @ self.whole[0, :3] + y @ self.turned[:, :3, 1]) @ (self.part[:3].T @ self.part[:3, :]).sum().expand(3, 2) @ torch.ones(2, CLASSES)


class HalfPrecision(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3).half()
        self.fc = nn.Linear(5, CLASSES, dtype=torch.bfloat16)

    def forward(self, x):
        return self.fc(self.conv(x.half()).mean((2, 3)).to(torch.bfloat16)).float()


def reference(model, x):
    x = x.clone().requires_grad_()
    logits = model(x)
    logits = logits["logits"] if isinstance(logits, dict) else logits
    logits[:, 1].sum().backward()
    values = {"shape": list(x.shape), "picture": x, "logits": logits, "gradient": x.grad}
    return {k: v.flatten().tolist() if torch.is_tensor(v) else v for k, v in values.items()}


def programs(name):
    torch.manual_seed(sum(map(ord, name)))
    model = globals()[name]().eval()
    x = (torch.rand(2, 3, 8, 8) * 2 - 1).mul(1000).round().div(1000)
    batch = torch.export.Dim("batch", min=1, max=64)
    sizes = {0: batch} if name != "OpenSizes" else {0: batch, 2: 2 * torch.export.Dim("half", min=2, max=64), 3: torch.export.Dim("width", min=4)}
    program = torch.export.export(model, (x,), dynamic_shapes=(sizes,))
    kinds = {"saved": program}
    if name in DECOMPOSED:
        kinds["decomposed"] = program.run_decompositions()
    for kind in kinds.values():
        for node in kind.graph.nodes:
            # Where in Python a node was made is most of a file.
            for key in ("stack_trace", "from_node", "torch_fn", "source_fn_stack"):
                node.meta.pop(key, None)
    return model, x, kinds


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    version = ".".join(torch.__version__.split(".")[:2])
    for name in sys.argv[2:] or VERSIONS.get(version) or [m for m, c in globals().items() if isinstance(c, type) and issubclass(c, nn.Module) and c is not Headed]:
        model, x, kinds = programs(name)
        for kind, program in kinds.items():
            torch.export.save(program, folder / f"{name}-{version}-{kind}.pt2")
        (folder / f"{name}.json").write_text(json.dumps(reference(model, x)))
