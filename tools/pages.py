"""Converts executed notebooks into pages that need no network, and checks them in a browser."""

import base64
import hashlib
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
    """Collects what a page fetches, its images without alternative text, its scripts and its frames."""

    FETCHING = {"src", "srcset", "poster", "data", "background"}

    def __init__(self):
        super().__init__()
        self.fetched = []
        self.bare_images = 0
        self.style = False
        self.script = False
        self.scripts = []
        self.frames = []
        self.policy = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "img" and not (given.get("alt") or "").strip():
            self.bare_images += 1
        self.script = tag == "script" and given.get("type") != "application/json"
        if self.script:
            self.scripts.append("")
        if tag == "iframe" and given.get("srcdoc"):
            self.frames.append(given)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        for name, value in attributes:
            value = value or ""
            if name in self.FETCHING and not value.startswith("data:"):
                self.fetched.append(f"{tag} {name}={value[:80]}")
            if name == "href" and tag not in ("a", "area") and not value.startswith("data:"):
                self.fetched.append(f"{tag} href={value[:80]}")
            if name == "style":
                self.look_at_css(value)
        self.style = tag == "style"

    def handle_endtag(self, tag):
        self.style = self.script = False

    def handle_data(self, data):
        if self.style:
            self.look_at_css(data)
        if self.script:
            self.scripts[-1] += data

    def look_at_css(self, css):
        for url in re.findall(r"url\(\s*['\"]?([^)'\"]+)", css):
            if not url.startswith(("data:", "#")):
                self.fetched.append(f"url({url[:80]})")
        if "@import" in css:
            self.fetched.append("@import")


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def check(page):
    """A page fetches nothing. Scripts are only in frames, each with a policy that allows no other and no network."""
    reader = read(page)
    check_contents(reader)
    if reader.scripts:
        raise BadPage(f"{len(reader.scripts)} script(s) in the page; outputs must be images and plain HTML")
    for frame in reader.frames:
        inner = read(frame["srcdoc"])
        check_contents(inner)
        if frame.get("sandbox") != "allow-scripts" or inner.frames:
            raise BadPage("a frame is not a sandbox for scripts alone; show(...) the value with the library")
        if "default-src 'none'" not in inner.policy or any(digest(script) not in inner.policy for script in inner.scripts):
            raise BadPage("a frame's policy allows a network or does not name its script; show(...) the value with the library")


def check_contents(reader):
    if reader.bare_images:
        raise BadPage(f"{reader.bare_images} image(s) without alternative text")
    if reader.fetched:
        raise BadPage("the page would fetch " + "; ".join(reader.fetched[:5]))


def digest(script):
    """The source expression with which a Content-Security-Policy allows a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def allowed(notebook):
    """The part of a page's policy that allows the scripts of its frames, which inherit the policy."""
    hashes = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for frame in read("".join(output.get("data", {}).get("text/html", ""))).frames:
                hashes |= {digest(script) for script in read(frame["srcdoc"]).scripts}
    return f"; script-src {' '.join(sorted(hashes))}" if hashes else ""


def put(text, file):
    """Writes a file atomically."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    return file


def style():
    """The style of all pages, with the colours of code on light and dark grounds."""
    code = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return f"{code}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n{css}"


def write(notebook, story, folder, top='<a href="index.html">Limelight</a>'):
    """Converts an executed notebook into folder/NAME.html; top is the line of links above it."""
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
    notebook_folder = str(TEMPLATES.parent.parent / "notebooks")
    page, _ = exporter.from_notebook_node(
        notebook,
        resources={
            "story": story,
            "css": style(),
            "scripts": allowed(notebook),
            "top": top,
            "metadata": {"name": story["name"], "path": notebook_folder},
        },
    )
    # The notebooks link to one another, and so do their pages.
    page = re.sub(r'(<a href="\d\d-[\w-]+)\.ipynb', r"\1.html", page)
    check(page)
    return put(page, folder / f"{story['name']}.html")


def template(name):
    return jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True).get_template(name)


def write_index(stories, folder, top="<span>Limelight</span>"):
    """Writes the index page, and the same data as JSON."""
    page = template("index.html.j2").render(stories=stories, css=style(), top=top)
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
            page = re.sub(r"<meta [^>]*Content-Security-Policy[^>]*>", "", page, count=1)
            before, after = page.rsplit("</body>", 1)
            probed.write_text(before.replace("<head>", "<head>" + FIRST, 1) + PROBE + "</body>" + after, encoding="utf-8")
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
