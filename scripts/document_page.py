"""Prints document_page.html, the page that notebook 11 explains, into notebooks/data/documents/page.png.

    python document_page.py

Needs Chromium or Chrome, and Pillow.
"""

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from browser import browser  # noqa: E402
from devtools import Tab  # noqa: E402

PAGE = ROOT / "scripts/document_page.html"
PICTURE = ROOT / "notebooks/data/documents/page.png"
# In CSS pixels, as many as the input of the detector has; printed finer, so that the text can be read.
WIDTH, HEIGHT, SCALE = 608, 800, 1.5
# The page has few colours.
COLOURS = 128
LARGEST_BYTES = 150_000


def main():
    program = browser()
    if not program:
        sys.exit("limelight: no Chromium or Chrome is installed; install one, or name it in LIMELIGHT_BROWSER")
    with Tab(program, WIDTH, HEIGHT) as tab:
        tab.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=SCALE, mobile=False)
        tab.open(PAGE.as_uri())
        tab.wait("location.protocol === 'file:' && document.readyState === 'complete' && [...document.images].every(i => i.complete)")
        image = Image.open(io.BytesIO(tab.picture())).convert("RGB")
    data = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
    if len(data.getvalue()) > LARGEST_BYTES:
        sys.exit(f"limelight: the picture has {len(data.getvalue())} bytes; use fewer colours or a smaller scale")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(data.getvalue())
    print(f"{PICTURE.relative_to(ROOT)}: {image.width} x {image.height} pixels, {len(data.getvalue()) // 1000} kB")


if __name__ == "__main__":
    main()
