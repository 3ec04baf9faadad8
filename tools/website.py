"""Writes the static site into site/: the notebooks, the documents, the Java documentation, and pages of the command line.

    website.py

Needs target/reports/apidocs of the published modules, and the built command line. No page fetches anything from outside.
"""

import base64
import mimetypes
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mistune
import nbformat
from mistune.toc import add_toc_hook
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

import links
import notebooks
import pages

ROOT = notebooks.ROOT
SITE = ROOT / "site"
LIMELIGHT = ROOT / "lib/cli/target/limelight/bin/limelight"
# The artifacts that users depend on, and their modules.
JAVADOC = {"limelight": "core", "limelight-onnx": "onnx", "limelight-notebook": "notebook", "limelight-spark": "spark"}
# What stands above each page: its address in the site, and its title.
TOP = {
    "index.html": "Limelight",
    "notebooks/index.html": "Notebooks",
    "docs/index.html": "Documentation",
    "javadoc/index.html": "Javadoc",
    "compare.html": "A comparison",
    "audit.html": "An audit",
}
# The pages of the command line: the file and the arguments.
RUNS = {
    "compare.html": [
        "compare", "--model", "efficientnet-lite0", "--images", "notebooks/data/animals",
        "--methods", "grad-cam,layer-cam,grad-spotlight,random-cam", "--metrics", "deletion,insertion",
    ],
    "audit.html": ["audit", "--model", "efficientnet-lite0", "--images", "notebooks/data/animals"],
}


def documents():
    """The Markdown files of the site, from the root of the checkout."""
    return [
        ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "notebooks/data/README.md", *sorted((ROOT / "docs").glob("*.md")),
    ]


def address(file):
    """The place of a file of the checkout in the site, or None."""
    path = file.relative_to(ROOT)
    if path == Path("README.md"):
        return Path("index.html")
    if file in documents():
        return path.with_suffix(".html")
    if path.parent == Path("notebooks") and path.suffix == ".ipynb":
        return path.with_suffix(".html")
    return Path("LICENSE.txt") if path == Path("LICENSE") else None


def way(start, end):
    """A relative link from one page of the site to another."""
    return "../" * len(start.parent.parts) + end.as_posix()


def repository():
    """The address of the repository, as Maven publishes it."""
    return re.search(r"<url>(https?://[^<]+)</url>", re.sub(r"(?s)<license.*?</licenses?>", "", (ROOT / "pom.xml").read_text())).group(1)


def top(page):
    return " ".join(f'<a href="{way(page, Path(there))}">{name}</a>' for there, name in TOP.items())


class Renderer(mistune.HTMLRenderer):
    """HTML of a document whose links lead into the site, with its images in the page."""

    def __init__(self, file):
        super().__init__(escape=False)
        self.file = file

    def link(self, text, url, title=None):
        return super().link(text, self.place(url), title)

    def place(self, url):
        path, mark, name = url.partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return url
        target = (self.file.parent / path).resolve()
        if not target.exists() or ROOT not in target.parents:
            raise pages.BadPage(f"{self.file.relative_to(ROOT)} links to {path}, which is not in the repository; correct the link")
        there = address(target)
        if there is None:
            kind = "tree" if target.is_dir() else "blob"
            return f"{repository()}/{kind}/main/{target.relative_to(ROOT).as_posix()}{mark}{name}"
        return way(address(self.file), there) + mark + name

    def image(self, text, url, title=None):
        alt = mistune.util.escape(mistune.util.striptags(text))
        if re.match(r"https?:", url):
            # Badges of other servers: their words, not their image.
            return alt
        target = self.file.parent / url
        kind = mimetypes.guess_type(target.name)[0]
        data = base64.b64encode(target.read_bytes()).decode()
        return f'<img alt="{alt}" src="data:{kind};base64,{data}">'

    def block_code(self, code, info=None):
        language = {"jshell": "java"}.get(info, info) or "text"
        try:
            lexer = get_lexer_by_name(language)
        except ClassNotFound:
            lexer = get_lexer_by_name("text")
        return highlight(code, lexer, HtmlFormatter())


def slug(token, seen):
    """The name of a heading, as GitHub makes it."""
    words = re.sub(r"`|\[([^\]]*)\]\([^)]*\)", r"\1", token["text"]).strip().lower()
    name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
    seen[name] = seen.get(name, -1) + 1
    return f"{name}-{seen[name]}" if seen[name] else name


def converted(file):
    """A document as HTML."""
    markdown = mistune.create_markdown(renderer=Renderer(file), plugins=["table", "strikethrough", "url"])
    seen = {}
    add_toc_hook(markdown, 1, 6, lambda token, index: slug(token, seen))
    text = re.sub(r"<!--.*?-->\n?", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(<table>.*?</table>)", r'<div class="wide">\1</div>', markdown(text), flags=re.DOTALL)


def write(page, title, body):
    """A page of text; page is its place in the site."""
    text = pages.template("doc.html.j2").render(title=title, body=body, top=top(page), css=pages.style())
    pages.check(text)
    return pages.put(text, SITE / page)


def title_of(file):
    return re.search(r"^# (.+)", file.read_text(encoding="utf-8"), re.MULTILINE).group(1)


def write_documents():
    written = []
    for file in documents():
        name = title_of(file)
        title = "Limelight: see what an image model looks at, in Java" if file.name == "README.md" and file.parent == ROOT else name
        written.append(write(address(file), title, converted(file)))
    shutil.copyfile(ROOT / "LICENSE", SITE / "LICENSE.txt")
    here = Path("docs/index.html")
    rows = "".join(f'<li><a href="{way(here, address(file))}">{title_of(file)}</a></li>\n' for file in documents()[1:])
    written.append(write(here, "Documentation", f"<h1>Documentation</h1>\n<ul>\n{rows}</ul>"))
    return written


def write_notebooks():
    """The notebooks as they are committed, with their outputs."""
    written, stories = [], []
    for path in notebooks.picked([]):
        date, commit = notebooks.git("log", "-1", "--format=%cs %h", "--", str(path)).partition(" ")[::2]
        stories.append(notebooks.story_of(path, path, date, commit))
        above = top(Path("notebooks/x.html"))
        page = pages.write(nbformat.read(path, 4), stories[-1], SITE / "notebooks", above)
        # The documents are pages of the site as well.
        pages.put(re.sub(r'(<a href="[^":]+)\.md\b', r"\1.html", page.read_text(encoding="utf-8")), page)
        written.append(page)
    written.append(pages.write_index(stories, SITE / "notebooks", above))
    return written


def copy_javadoc():
    rows = ""
    for artifact, module in JAVADOC.items():
        made = ROOT / "lib" / module / "target/reports/apidocs"
        if not (made / "index.html").exists():
            sys.exit(f"limelight: {made.relative_to(ROOT)} has no javadoc; run ./lab site, which makes it")
        shutil.copytree(made, SITE / "javadoc" / artifact)
        # The JDK's style sheet asks for fonts that its pages are made without.
        sheet = SITE / "javadoc" / artifact / "stylesheet.css"
        sheet.write_text(re.sub(r"@import url\([^)]*\);\n?", "", sheet.read_text(encoding="utf-8")), encoding="utf-8")
        rows += f'<li><a href="{artifact}/index.html">{artifact}</a></li>\n'
    return write(Path("javadoc/index.html"), "Javadoc", f"<h1>Javadoc</h1>\n<p>The artifacts of the group <code>dev.limelight</code>:</p>\n<ul>\n{rows}</ul>")


def run_commands():
    for name, arguments in RUNS.items():
        print(f"  limelight {' '.join(arguments)}", flush=True)
        done = subprocess.run([str(LIMELIGHT), *arguments, "--out", str(SITE / name)], cwd=ROOT, check=False)
        if done.returncode != 0:
            sys.exit(f"limelight: the command line could not write {name}; see above")


def main():
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir()
    print("writing:")
    try:
        written = write_documents() + write_notebooks() + [copy_javadoc()]
    except pages.BadPage as error:
        sys.exit(f"limelight: {error}")
    print(f"  {len(written)} pages")
    run_commands()
    # GitHub's own generator would leave out files whose names begin with an underscore.
    (SITE / ".nojekyll").touch()
    broken = links.problems(SITE)
    print("\n".join(f"  {one}" for one in broken) or "  all links lead somewhere, and nothing is fetched from outside")
    ok = pages.browse(written) and not broken
    size = sum(file.stat().st_size for file in SITE.rglob("*") if file.is_file())
    print(f"site/: {size / 1e6:.0f} MB; open site/index.html, or publish the folder")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
