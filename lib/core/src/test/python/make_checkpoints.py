"""Writes the small checkpoints of TorchCheckpointTest and what is in them.

    python make_checkpoints.py ../resources/checkpoints

It needs PyTorch 2.7.1 and safetensors 0.8.0. NAME.json holds for each tensor its type, its shape and its numbers in
row-major order.
"""

import collections
import json
import pathlib
import sys

import safetensors.torch
import torch
from torch import nn


def described(state):
    tensors = {}
    for name, tensor in state.items():
        numbers = tensor.detach().double() if tensor.is_floating_point() else tensor.long()
        tensors[name] = {
            "type": str(tensor.dtype).removeprefix("torch.").upper(),
            "shape": list(tensor.shape),
            "numbers": numbers.reshape(-1).tolist(),
        }
    return tensors


def types():
    torch.manual_seed(7)
    numbers = torch.randn(3, 4, dtype=torch.float64) * 100
    state = {str(t).removeprefix("torch."): numbers.to(t) for t in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64,
        torch.int8, torch.int16, torch.int32, torch.int64)}
    state["uint8"] = numbers.abs().to(torch.uint8)
    state["bool"] = numbers > 0
    state["long"] = torch.tensor([-2**62, 2**62 + 1])
    state["small_halves"] = torch.tensor([2.0**-24, -(2.0**-15), 65504.0, 0.0]).half()
    state["number"] = torch.tensor(3)
    state["empty"] = torch.zeros(2, 0, 3)
    return state


def views():
    whole = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    return {
        "whole": whole,
        "again": whole,
        "transposed": whole.transpose(0, 2),
        "permuted": whole.permute(1, 2, 0),
        "slice": whole[1:, ::2, 1:4],
        "row": whole[2, 3],
        "expanded": whole[0, 0, :1].expand(4, 2),
        "number": whole[1, 1, 1],
        "channels_last": torch.arange(48.0).reshape(1, 3, 4, 4).to(memory_format=torch.channels_last),
    }


def network():
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(3, 2))


def training():
    net = network()
    optimizer = torch.optim.Adam(net.parameters())
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 5])
    net(torch.randn(2, 2, 3, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "best": 0.75,
        "seed": 2**80,
        "done": True,
        "note": None,
        "device": torch.device("cpu"),
        "size": torch.Size([2, 3]),
        "dtype": torch.float16,
        "classes": ["cat", "dog"],
        "loss": torch.tensor(0.5),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "state_dict": net.state_dict(),
    }


def write(folder, name, saved, state):
    (folder / (name + ".json")).write_text(json.dumps(described(state)) + "\n")
    torch.save(saved, folder / (name + ".pth"))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = training()
    for name, saved, state in (
        ("types", types(), types()),
        ("views", views(), views()),
        ("training", checkpoint, checkpoint["state_dict"]),
    ):
        write(folder, name, saved, state)
        torch.save(saved, folder / (name + "-stream.pth"), _use_new_zipfile_serialization=False)
        torch.save(saved, folder / (name + "-protocol4.pth"), pickle_protocol=4)
    safetensors.torch.save_file(types(), folder / "types.safetensors", metadata={"format": "pt"})
    state = network().state_dict()
    parallel = collections.OrderedDict(("module." + n, t) for n, t in state.items())
    write(folder, "parallel", {"model": parallel, "model_ema": state}, state)
    parameters = {n: p for n, p in network().named_parameters()}
    write(folder, "parameters", parameters, parameters)
    with_state = nn.Parameter(torch.arange(3.0))
    with_state.note = "kept beside the numbers"
    write(folder, "parameter-with-state", {"p": with_state}, {"p": with_state})
    torch.save({"a": torch.zeros(2, dtype=torch.complex64)}, folder / "complex.pth")
    torch.save({"a": torch.complex(torch.ones(2), torch.ones(2)).conj().imag}, folder / "negative.pth")
    torch.save(torch.zeros(2), folder / "single.pth")
    torch.save({"a": {"w": torch.zeros(1)}, "b": {"w": torch.zeros(1)}}, folder / "several.pth")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
