"""Takes screenshots of the real TensorBoard page, its scalars and its images, in a headless browser.

    .lab/tracking/bin/python scripts/tensorboard_page.py LOGS FOLDER

LOGS is a folder of runs written by TensorBoardSink, one folder per run. The script writes tensorboard-scalars.png and
tensorboard-images.png into FOLDER. Needs Chromium or Chrome (or LIMELIGHT_BROWSER) and the Python that ./lab test sets up.
"""

import argparse
import contextlib
import io
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from browser import browser  # noqa: E402
from devtools import Tab  # noqa: E402

# Address and window width of each page: three charts in a row (not smoothed), or two images.
PAGES = {"scalars": ("#scalars&_smoothingWeight=0", 1500), "images": ("#images", 1080)}
# TensorBoard shows this many cards of a group at once.
CARDS = 12
# Higher than the page; the screenshot is cropped at the page's end.
HEIGHT = 5000
WIDTH = 1000
LARGEST_BYTES = 200_000

# The page is a tree of web components; this searches all of them. A selector cannot cross component borders.
FIND = """window.find = kind => {
  const found = [];
  const walk = root => root.querySelectorAll('*').forEach(e => {
    if (e.matches(kind)) found.push(e);
    if (e.shadowRoot) walk(e.shadowRoot);
  });
  walk(document);
  return found;
};"""
OPEN_GROUPS = "find('button.heading:not([open-button])').forEach(e => e.click())"
SHOW_OUTLIERS = """find('paper-checkbox[checked]').filter(e => e.textContent.includes('outliers'))
    .forEach(e => e.click())"""
READY = """(() => {
  const cards = find('tf-scalar-card, tf-image-loader').length;
  const busy = find('paper-spinner-lite[active]').filter(e => e.getBoundingClientRect().width > 0).length;
  const images = find('tf-image-loader').length;
  const drawn = find('img').filter(e => e.complete && e.naturalWidth > 0).length;
  return cards >= WANTED && !busy && drawn === images
      || `${cards} of WANTED cards, ${busy} busy, ${drawn} of ${images} images drawn`;
})()"""
END = """Math.ceil(Math.max(...find('tf-category-paginated-view, tf-runs-selector')
    .map(e => e.getBoundingClientRect().bottom)))"""


@contextlib.contextmanager
def tensorboard(logs):
    """The address of a TensorBoard on loopback that has read all of the logs."""
    # TensorBoard shows the path of its folder, so pass only the folder's name.
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", logs.name, "--host", "127.0.0.1", "--port", "0"]
    # Read everything before answering, and keep every step.
    command += ["--load_fast=false", "--reload_task=blocking", "--reload_interval=0", "--samples_per_plugin=images=1000"]
    server = subprocess.Popen(
        command, cwd=logs.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        said = []
        for line in server.stdout:
            said.append(line)
            found = re.search(r"http://\S+:\d+/", line)
            if found:
                yield found.group()
                return
        sys.exit("TensorBoard did not start:\n" + "".join(said))
    finally:
        server.terminate()
        server.communicate()


def cards(address, page):
    """The number of cards on the page when all groups are open."""
    with urllib.request.urlopen(f"{address}data/plugin/{page}/tags", timeout=60) as answer:
        runs = json.load(answer)
    # Runs share charts but not images.
    shown = [tag for tags in runs.values() for tag in tags]
    shown = set(shown) if page == "scalars" else shown
    if not shown:
        sys.exit(f"TensorBoard found no {page} in the logs; give the parent folder of a TensorBoardSink's folder")
    groups = Counter(tag.split("/")[0] for tag in shown)
    return sum(min(CARDS, count) for count in groups.values())


def shot(program, url, width, wanted):
    """A screenshot of the page when everything is loaded and nothing moves."""
    with Tab(program, width, HEIGHT) as tab:
        tab.open(url)
        tab.wait("document.readyState === 'complete'")
        tab.evaluate(FIND)
        try:
            tab.wait(f"{OPEN_GROUPS}, {SHOW_OUTLIERS}, {READY}".replace("WANTED", str(wanted)))
        except TimeoutError as error:
            sys.exit(f"the page {url} did not load completely: {error}")
        before, now = None, tab.picture()
        while now != before:
            time.sleep(0.5)
            before, now = now, tab.picture()
        end = tab.evaluate(END)
    if end + 12 > HEIGHT:
        sys.exit(f"the page is longer than {HEIGHT} pixels; log fewer probes")
    image = Image.open(io.BytesIO(now)).convert("RGB")
    return image.crop((0, 0, image.width, end + 12))


def save(image, file):
    small = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    colours = 256
    while written.tell() > LARGEST_BYTES and colours >= 32:
        written = io.BytesIO()
        # Pillow dithers only if a palette is given.
        small.quantize(palette=small.quantize(colours, kmeans=1), dither=Image.Dither.FLOYDSTEINBERG).save(written, "PNG", optimize=True)
        colours //= 2
    part = file.with_suffix(".part")
    part.write_bytes(written.getvalue())
    part.replace(file)
    print(f"{file}: {small.width} x {small.height}, {written.tell() / 1000:.0f} kB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    program = browser()
    if not program:
        sys.exit("no Chromium or Chrome is installed; install one, or name it in LIMELIGHT_BROWSER")
    if not options.logs.is_dir():
        sys.exit(f"there is no folder {options.logs}; train with a TensorBoardSink first")
    options.folder.mkdir(parents=True, exist_ok=True)
    with tensorboard(options.logs.resolve()) as address:
        for page, (path, width) in PAGES.items():
            image = shot(program, address + path, width, cards(address, page))
            save(image, options.folder / f"tensorboard-{page}.png")


if __name__ == "__main__":
    main()
