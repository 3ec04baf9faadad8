"""Converts executed notebooks into pages that need no network, and checks them in a browser."""

import html
import html.parser
import json
import re
import subprocess
import tempfile
from pathlib import Path

import jinja2
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from browser import arguments, browser

TEMPLATES = Path(__file__).resolve().parent / "template"
PROBE = """<script id="probe">
addEventListener("load", () => {
  const requests = performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith("data:"));
  const bare = [...document.images].filter(i => !i.alt.trim()).length;
  const broken = [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length;
  const wide = document.documentElement.scrollWidth > innerWidth + 1;
  document.title = "PROBE " + JSON.stringify({requests, bare, broken, wide, errors: window.probeErrors});
});
</script>"""
FIRST = """<script>window.probeErrors = [];
addEventListener("error", e => probeErrors.push(String(e.message)), true);
addEventListener("securitypolicyviolation", e => probeErrors.push("blocked " + e.blockedURI));
</script>"""


class BadPage(Exception):
    """A page breaks a rule: it fetches something, or has an image without alternative text."""


class Reader(html.parser.HTMLParser):
    """Collects what a page fetches, and its images without alternative text."""

    FETCHING = {"src", "srcset", "poster", "data", "background"}

    def __init__(self):
        super().__init__()
        self.fetched = []
        self.bare_images = 0
        self.style = False
        self.scripts = 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "img" and not (given.get("alt") or "").strip():
            self.bare_images += 1
        if tag == "script":
            self.scripts += 1
        for name, value in attributes:
            value = value or ""
            if name in self.FETCHING and not value.startswith("data:"):
                self.fetched.append(f"{tag} {name}={value[:80]}")
            if name == "href" and tag not in ("a", "area"):
                self.fetched.append(f"{tag} href={value[:80]}")
            if name == "style":
                self.look_at_css(value)
        self.style = tag == "style"

    def handle_endtag(self, tag):
        self.style = False

    def handle_data(self, data):
        if self.style:
            self.look_at_css(data)

    def look_at_css(self, css):
        for url in re.findall(r"url\(\s*['\"]?([^)'\"]+)", css):
            if not url.startswith(("data:", "#")):
                self.fetched.append(f"url({url[:80]})")
        if "@import" in css:
            self.fetched.append("@import")


def check(page):
    reader = Reader()
    reader.feed(page)
    if reader.bare_images:
        raise BadPage(f"{reader.bare_images} image(s) without alternative text")
    if reader.fetched:
        raise BadPage("the page would fetch " + "; ".join(reader.fetched[:5]))
    if reader.scripts:
        raise BadPage(f"{reader.scripts} script(s) in the page; outputs must be images and plain HTML")


def put(text, file):
    """Writes a file atomically."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    return file


def style():
    return (TEMPLATES / "page.css").read_text(encoding="utf-8")


def write(notebook, story, folder):
    """Converts an executed notebook into folder/NAME.html."""
    settings = Config()
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = {"check", "provenance"}
    settings.TagRemovePreprocessor.remove_input_tags = {"hide-input"}
    settings.HTMLExporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
    exporter = HTMLExporter(
        config=settings,
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="report",
        embed_images=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    css = HtmlFormatter(style="default").get_style_defs(".highlight") + style()
    notebook_folder = str(TEMPLATES.parent.parent / "notebooks")
    page, _ = exporter.from_notebook_node(
        notebook,
        resources={"story": story, "css": css, "metadata": {"name": story["name"], "path": notebook_folder}},
    )
    check(page)
    return put(page, folder / f"{story['name']}.html")


def write_index(stories, folder):
    """Writes the index page, and the same data as JSON."""
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    page = templates.get_template("index.html.j2").render(stories=stories, css=style())
    check(page)
    put(json.dumps(stories, indent=2, ensure_ascii=False) + "\n", folder / "summary.json")
    return put(page, folder / "index.html")


def browse(files):
    """Opens each page in a real browser: no errors, no requests, every image drawn and with alternative text."""
    program = browser()
    if not program:
        print("browser check: skipped, because no Chromium or Chrome is installed")
        return True
    print("browser check:")
    ok = True
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            page = file.read_text(encoding="utf-8")
            probed = Path(folder) / "page.html"
            # The page forbids scripts, so the probe runs in a copy without that policy.
            page = re.sub(r"<meta [^>]*Content-Security-Policy[^>]*>", "", page)
            probed.write_text(page.replace("<head>", "<head>" + FIRST, 1).replace("</body>", PROBE + "</body>"), encoding="utf-8")
            command = arguments(program, Path(folder) / "profile") + [
                "--window-size=1000,900", "--virtual-time-budget=5000", "--dump-dom", probed.as_uri(),
            ]
            try:
                dom = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False).stdout
            except subprocess.TimeoutExpired:
                dom = ""
        found = re.search(r"<title>PROBE (.*?)</title>", dom, re.DOTALL)
        if not found:
            problem = "the browser did not finish the page"
        else:
            report = json.loads(html.unescape(found.group(1)))
            problem = "; ".join(
                words
                for words, wrong in (
                    (f"errors: {report['errors']}", report["errors"]),
                    (f"fetched: {report['requests']}", report["requests"]),
                    (f"{report['bare']} images without alternative text", report["bare"]),
                    (f"{report['broken']} images not drawn", report["broken"]),
                    ("wider than the window", report["wide"]),
                )
                if wrong
            )
        print(f"  {file.name}: {'FAILED: ' + problem if problem else 'ok'}")
        ok &= not problem
    return ok
