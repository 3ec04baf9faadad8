"""Takes the images of README.md from the pages that ./lab render wrote, as a browser shows them.

    .lab/venv/bin/python scripts/readme_pictures.py

Needs reports/ of notebooks 00 and 09, the audit and the film that notebooks 06 and 04 write to notebooks/out/, and
Chromium or Chrome.
"""

import base64
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from browser import browser  # noqa: E402
from devtools import Tab  # noqa: E402

LARGEST_BYTES = 600_000
# Sharp on a high-resolution screen, as long as the file stays small.
SCALES = (2, 1.75, 1.5, 1.25, 1)
# The file, its page, the window's width, the element shown, and the element before which the image ends.
PICTURES = {
    "limelight.png": ("reports/00-start-here.html", 920, "img[alt^='Gallery of 2 figures, columns the photo']", None),
    "methods.png": ("reports/09-sharper-maps.html", 920, "img[alt^='Gallery of 12 figures, columns Grad-CAM, part']", None),
    "audit.png": ("notebooks/out/audit.html", 920, "#section-1", ".group:nth-of-type(2)"),
}
# The film of a training: the file, and the one that a notebook writes.
FILMS = {"film.gif": "notebooks/out/scenes.gif"}
# Maps are drawn only when they are in the window.
HEIGHT = 3000
PLACE = """((shown, end) => {
  document.querySelector(shown)?.scrollIntoView();
  const box = document.querySelector(shown)?.getBoundingClientRect();
  if (!box || !end) return box && {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height};
  const height = document.querySelector(end).getBoundingClientRect().y - box.y;
  return {x: box.x + scrollX - MARGIN, y: box.y + scrollY - MARGIN, width: box.width + 2 * MARGIN, height};
})"""
MARGIN = 16
DRAWN = "document.readyState === 'complete' && [...document.images].every(i => i.complete)"


def take(program, page, width, shown, end):
    """The element as PNG, at the finest scale whose file is small enough."""
    if not page.exists():
        sys.exit(f"limelight: there is no {page.relative_to(ROOT)}; run ./lab render 00 06 09 first")
    with Tab(program, width, HEIGHT) as tab:
        tab.open(page.as_uri())
        tab.wait(f"location.protocol === 'file:' && {DRAWN}")
        # Wait until two frames have been painted.
        tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        clip = tab.evaluate(f"{PLACE.replace('MARGIN', str(MARGIN))}({json.dumps(shown)}, {json.dumps(end)})")
        if not clip:
            sys.exit(f"limelight: {page.relative_to(ROOT)} has no {shown}; update PICTURES in this script")
        for scale in SCALES:
            shot = tab.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={**clip, "scale": scale})
            data = base64.b64decode(shot["data"])
            if len(data) <= LARGEST_BYTES:
                return data
    sys.exit(f"limelight: the image from {page.relative_to(ROOT)} has more than {LARGEST_BYTES} bytes; show less of it")


def main():
    program = browser()
    if not program:
        sys.exit("limelight: no Chromium or Chrome is installed; install one, or name it in LIMELIGHT_BROWSER")
    for name, film in FILMS.items():
        if not (ROOT / film).exists():
            sys.exit(f"limelight: there is no {film}; run ./lab render 04 first")
        shutil.copyfile(ROOT / film, ROOT / "docs" / name)
        print(f"docs/{name}: {(ROOT / film).stat().st_size // 1000} kB")
    for name, (page, *what) in PICTURES.items():
        file = ROOT / "docs" / name
        file.write_bytes(take(program, ROOT / page, *what))
        print(f"docs/{name}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
