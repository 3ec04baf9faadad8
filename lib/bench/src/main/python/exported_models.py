"""The networks of onnx_models.py as torch.export saves them: python exported_models.py FOLDER [NAME...]

Beside NAME.npz, which onnx_models.py writes and this script too where it is missing, NAME-saved.pt2 is the graph as
torch.export.export gives it, and NAME-decomposed.pt2 the same after run_decompositions()."""
import logging
import sys
import warnings
from pathlib import Path

import torch

from onnx_models import FURTHER, TIMM, TORCHVISION, build, names, reference, short

KINDS = {"saved": lambda program: program, "decomposed": lambda program: program.run_decompositions()}


def program(model, x):
    """With a batch of any size, or of one picture for networks that torch.export ties to their example."""
    try:
        return torch.export.export(model, (x,), dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=64)},))
    except Exception as e:
        print(f"a fixed batch: {short(e)}", flush=True)
        return torch.export.export(model, (x[:1],))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in names(sys.argv[2:], TORCHVISION + FURTHER + TIMM):
        files = {kind: folder / f"{name}-{kind}.pt2" for kind in KINDS}
        if all(file.exists() for file in files.values()):
            continue
        try:
            model, size = build(name)
            x = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1)) * 2 - 1
            if not (folder / f"{name}.npz").exists():
                reference(folder / f"{name}.npz", model, x)
                model, _ = build(name)
            exported = program(model, x)
        except Exception as e:
            print(f"{name}: not exported: {short(e)}", flush=True)
            continue
        for kind, file in files.items():
            try:
                torch.export.save(KINDS[kind](exported), file)
            except Exception as e:
                file.unlink(missing_ok=True)
                print(f"{name}: not exported ({kind}): {short(e)}", flush=True)
        print(name, flush=True)
