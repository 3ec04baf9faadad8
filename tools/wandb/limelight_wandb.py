"""Uploads the overlays of a training, as stored by Limelight, to Weights & Biases.

    limelight-wandb RUN [--follow] [--project NAME] [--name NAME] [--entity NAME]

RUN is a folder written by a FolderSink, or a TensorBoard event file (or a folder of them) written by a
TensorBoardSink. Each epoch is logged once, with its number as the step: metrics as scalars, overlays as images.
With WANDB_MODE=offline nothing is sent.
"""

import argparse
import io
import json
import signal
import sys
import time
from pathlib import Path

POLL_SECONDS = 1.0


class Failed(Exception):
    """An error that is reported in one sentence."""


class RunFolder:
    """A folder of epochs, with a manifest that lists the complete ones."""

    def __init__(self, folder):
        self.folder = folder.resolve()

    def manifest(self):
        file = self.folder / "manifest.json"
        try:
            manifest = json.loads(file.read_text(encoding="utf-8"))
            for key, kind in {"epochs": list, "method": str, "finished": bool}.items():
                if not isinstance(manifest[key], kind):
                    raise ValueError(f"its {key} is {manifest[key]!r}")
            return manifest
        except FileNotFoundError:
            raise Failed(f"{self.folder} holds no manifest.json; give a folder written by a FolderSink") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Failed(f"{file} cannot be read ({error}); let the training write it again") from None

    def about(self):
        manifest = self.manifest()
        config = dict(manifest.get("settings", {}), method=manifest["method"], classes=manifest.get("labels", []))
        return manifest.get("run"), config

    def epochs(self, last):
        """The epochs: number, and a function that returns metrics and images. last: no more epochs follow."""
        manifest = self.manifest()
        return [(epoch["epoch"], lambda epoch=epoch: self.content(manifest, epoch)) for epoch in manifest["epochs"]]

    def content(self, manifest, epoch):
        tag = manifest["method"].replace("-", "")
        images = {}
        for overlay in epoch["overlays"]:
            file = (self.folder / overlay["file"]).resolve()
            if self.folder not in file.parents:
                raise Failed(f"the manifest of {self.folder} names {overlay['file']}, which is outside the folder")
            caption = f"{overlay['target']} {overlay['probability']:.2f}"
            if overlay["predicted"] != overlay["target"]:
                caption += f" (predicted {overlay['predicted']})"
            images[f"{tag}/{overlay['name']}"] = (file.read_bytes(), caption)
        return epoch["metrics"], images

    def ended(self):
        return self.manifest()["finished"]


class EventFiles:
    """TensorBoard event files, read with TensorBoard's own reader."""

    def __init__(self, path):
        try:
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        except ImportError:
            raise Failed("reading event files needs TensorBoard; install it: pip install tensorboard") from None
        # 0 keeps all points of a tag.
        self.events = EventAccumulator(str(path), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
        self.before = {}

    def about(self):
        return None, {}

    def epochs(self, last):
        self.events.Reload()
        tags = self.events.Tags()
        steps = {}
        for tag in tags["scalars"]:
            for point in self.events.Scalars(tag):
                steps.setdefault(point.step, ({}, {}))[0][tag] = point.value
        for tag in tags["images"]:
            for image in self.events.Images(tag):
                steps.setdefault(image.step, ({}, {}))[1][tag] = (image.encoded_image_string, None)
        # The files do not mark the end of a step: one that grew since the last look may be incomplete.
        sizes = {step: len(scalars) + len(images) for step, (scalars, images) in steps.items()}
        settled = [step for step in sorted(steps) if last or self.before.get(step) == sizes[step]]
        self.before = sizes
        return [(step, lambda content=steps[step]: content) for step in settled]

    def ended(self):
        return False


def opened(path):
    if path.is_dir() and not (path / "manifest.json").exists() and any(path.rglob("events.out.tfevents.*")):
        return EventFiles(path)
    if path.is_file():
        return EventFiles(path)
    if not path.is_dir():
        raise Failed(f"there is no {path}; give a run's folder or an event file")
    return RunFolder(path)


class Replay:
    """Logs each epoch once."""

    def __init__(self, source, run, wandb):
        self.source, self.run, self.wandb = source, run, wandb
        self.logged = set()

    def look(self, last):
        from PIL import Image

        for number, content in self.source.epochs(last):
            if number in self.logged:
                continue
            try:
                metrics, images = content()
            except FileNotFoundError as error:
                if last:
                    raise Failed(f"{error.filename} of epoch {number} is gone; let the training write it again") from None
                return  # The epoch is being replaced; the next call finds the new one.
            values = dict(metrics, epoch=number)
            for tag, (png, caption) in images.items():
                values[tag] = self.wandb.Image(Image.open(io.BytesIO(png)), caption=caption)
            # Without commit the newest epoch would wait for the next one.
            self.run.log(values, step=number, commit=True)
            self.logged.add(number)
            print(f"limelight-wandb: epoch {number}, {len(metrics)} metrics, {len(images)} pictures", flush=True)

    def follow(self):
        # Epochs completed at the very end are logged by the last call of look.
        try:
            while not self.source.ended():
                self.look(last=False)
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            pass


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="limelight-wandb", description=__doc__.splitlines()[0])
    parser.add_argument("run", metavar="RUN", type=Path, help="a run's folder, or a TensorBoard event file")
    parser.add_argument("--follow", action="store_true", help="continue until the training ends; Ctrl-C stops")
    parser.add_argument("--project", default="limelight", help="the project (default: limelight)")
    parser.add_argument("--name", help="the run's name (default: its own)")
    parser.add_argument("--entity", help="user or team (default: yours)")
    options = parser.parse_args(arguments)
    # A shell without job control ignores SIGINT for its background jobs; Ctrl-C must work there, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        source = opened(options.run)
        name, config = source.about()
        try:
            import wandb
        except ImportError:
            raise Failed("Weights & Biases is not installed; pip install wandb") from None
        run = wandb.init(project=options.project, name=options.name or name, entity=options.entity, config=config,
                         settings=wandb.Settings(silent=True))
        replay, failed = Replay(source, run, wandb), True
        try:
            if options.follow:
                replay.follow()
            replay.look(last=True)
            failed = False
        finally:
            run.finish(exit_code=int(failed))
        print(f"limelight-wandb: {len(replay.logged)} epochs are logged")
        return 0
    except KeyboardInterrupt:
        return 0
    except Failed as failure:
        print(f"limelight-wandb: {failure}", file=sys.stderr)
        return 1
    except Exception as error:  # Errors of the client or of a file.
        print(f"limelight-wandb: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
