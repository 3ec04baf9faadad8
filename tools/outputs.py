"""Rules for executed notebooks. Each broken rule is reported in one sentence: notebook, cell, what to do.

    outputs.py [FILE...]     without a file, checks the committed notebooks
"""

import base64
import html.parser
import logging
import re
import struct
import sys
import warnings
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
KERNELSPEC = {"display_name": "Java", "language": "java", "name": "java"}
FACTS = "application/vnd.limelight.facts+json"
LARGEST_BYTES = 1_500_000
MOST_LINES = 12
WIDEST_LINE = 100

# Not allowed in an output: meaningless to a reader, or different in every run.
LEFT_OVER = {
    "an object id": (r"\b[A-Za-z_$][\w.$]*@[0-9a-f]{4,8}\b", "show what the object is"),
    "a hashed class name": (
        r"\$\$Lambda\S*|\bREPL\.\$\S*|\$JShell\$\S*|\b[A-Z]\w*\$\d+\b|/0x[0-9a-f]{8,}",
        "show a value, not the class that created it",
    ),
    "an absolute path": (
        r"(?<![\w.:/<])/(?:home|root|tmp|usr|var|opt|mnt|work|private|Users|workspace)/\S+|\bfile:/\S+|\b[A-Z]:\\\S+",
        "use a path relative to notebooks/",
    ),
}
# Words of the notebooks that other words have replaced, in prose and in the titles of figures.
RETIRED = {
    r"told by": "recognised by",
    r"sp(?:eaks?|oke|eaking) (?:for|against)": "is evidence for",
    r"by itself": "on its own, or alone",
    r"one by one": "one at a time",
    r"sur(?:er|est)\b": "more confident, most confident",
    r"share (?:right|correct)": "accuracy",
    r"bears? the mark": "has the mark",
    r"reckon\w*": "compute",
    r"made by hand|that a hand made": "handmade",
    r"as \w+ as can be": "as ... as possible",
    r"half[- ]way (?:up|there)": "half of its final gain",
    r"when does attention": "when does it look at the shape",
    r"MB for each picture": "MB per additional image",
}
SECTIONS = ["## The answer in three numbers", "## What this does not show", "## Exercises"]


class Pictures(html.parser.HTMLParser):
    """The attributes of each picture in a piece of HTML."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


class Warnings(logging.Handler):
    """Keeps the logged messages."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def tags(cell):
    return cell.metadata.get("tags", [])


def text_of(output):
    """The text of an output, without the bytes of its images."""
    data = output.get("data", {})
    words = [output.get("text", ""), output.get("evalue", "")] + [data.get(kind, "") for kind in ("text/plain", "text/html")]
    return re.sub(r"base64,[A-Za-z0-9+/=\s]*", "base64,", "\n".join("".join(one) for one in words))


def facts(notebook, kind):
    """The last facts of a kind in an executed notebook, or None."""
    found = None
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            value = output.get("data", {}).get(FACTS)
            if value and value.get("kind") == kind:
                found = value
    return found


def metadata(notebook):
    if dict(notebook.metadata.get("kernelspec", {})) != KERNELSPEC:
        yield f"it has a different kernelspec; change it to {KERNELSPEC}"
    if not notebook.metadata.get("limelight", {}).get("question"):
        yield 'its metadata has no question; add "limelight": {"question": "..."}'


def cells(notebook):
    """Code cells are short, contain no imports, and run on any engine."""
    for number, cell in enumerate(notebook.cells, 1):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if cell.cell_type != "code" or "provenance" in tags(cell):
            continue
        if "check" not in tags(cell) and len(lines) > MOST_LINES:
            yield f"cell {number} has {len(lines)} lines; split it or move a part into the library: at most {MOST_LINES} are allowed"
        if "check" in tags(cell) and not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield f'cell {number} is a check that JupyterLab does not collapse; add "jupyter": {{"source_hidden": true}} to its metadata'
        widest = max(map(len, lines), default=0)
        if widest > WIDEST_LINE:
            yield f"cell {number} has a line of {widest} characters; break it: at most {WIDEST_LINE} are allowed"
        if re.search(r"^\s*(import\s|%\w+)", cell.source, re.MULTILINE):
            yield f"cell {number} imports something; add the import to Imports.java"
        if re.search(r"String\s*\.format\((?!\s*(java\.util\.)?Locale\.ROOT)|\.formatted\(", cell.source):
            yield f"cell {number} formats numbers with the computer's locale; use format(...)"
        engines = {one.lower() for found in re.findall(r'EngineName\.(\w+)|"(MXNet|PyTorch)"', cell.source) for one in found if one}
        if len(engines) == 1:
            yield f"cell {number} names the engine {engines.pop()}; leave it out, so that the notebook runs on any engine"


def outputs(notebook):
    """Every cell has run, and its outputs are results."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code" or "provenance" in tags(cell):
            continue
        found_outputs = cell.get("outputs", [])
        if cell.get("execution_count") is None:
            yield f"cell {number} was not run; run ./lab render --update"
        elif not found_outputs and ("check" in tags(cell) or re.search(r"\bshow\(", cell.source)):
            yield f"cell {number} shows something but has no output; run ./lab render --update"
        for output in found_outputs:
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield f'cell {number} ends with an error, "{output.get("ename")}"; fix it or tag it raises-exception'
            if output.output_type == "stream" and output.name == "stderr" and "stderr" not in tags(cell):
                yield f'cell {number} writes to standard error, "{first(output.text)}"; silence it or tag it stderr'
            for what, (pattern, remedy) in LEFT_OVER.items():
                found = re.search(pattern, text_of(output))
                if found:
                    yield f'cell {number} shows {what}, "{found.group()[:60]}"; {remedy}'


def first(text):
    return (text.strip().splitlines() or [""])[0][:120]


def displays(notebook):
    """A live figure leaves one output."""
    for number, cell in enumerate(notebook.cells, 1):
        ids, shown = set(), set()
        for output in cell.get("outputs", []):
            if output.output_type == "update_display_data":
                yield f"cell {number} stores an update of a live figure as an output; run ./lab render --update"
            one = output.get("transient", {}).get("display_id")
            words = output.get("data", {}).get("text/html")
            if one in ids or words in shown:
                yield f"cell {number} shows the same thing twice; a live figure is one output: call live() once and update it"
            ids |= {one} - {None}
            shown |= {words} - {None}
            if 'aria-hidden="true">…<' in text_of(output):
                yield f"cell {number} shows a progress bar that never ended; close() it"


def live(shown):
    """The same during a run, because a stored notebook has no display ids. shown: (cell, display id) of each display."""
    known = set()
    for number, one in shown:
        if one in known:
            yield f"cell {number} opens a live figure a second time; call live() once and update it"
        known.add(one)


def pictures(notebook):
    """Each image has alternative text and a size."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            bare = [kind for kind in data if kind.startswith("image/")]
            if bare:
                yield f"cell {number} shows a bare {bare[0]} without alternative text; use show(...) with a figure"
            for picture in Pictures("".join(data.get("text/html", ""))).found:
                if not (picture.get("alt") or "").strip():
                    yield f"cell {number} shows an image without alternative text; implement altText() of the figure"
                if width(picture) == 0:
                    yield f"cell {number} shows an image without a width; draw it at least one pixel wide"
        if cell.cell_type == "markdown":
            for alt, file in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", cell.source):
                if not alt.strip():
                    yield f"cell {number} has the image {file} without alternative text; write it into ![...]"
                if not (NOTEBOOKS / file).is_file():
                    yield f"cell {number} has the image {file}, which does not exist; add it below notebooks/"


def width(picture):
    """The width of an image in pixels, from the page or from the PNG; 0 if unknown."""
    given = re.match(r"\d+", picture.get("width") or "")
    source = picture.get("src") or ""
    if given or not source.startswith("data:image/png;base64,"):
        return int(given.group()) if given and len(source) > 30 else 0
    head = base64.b64decode(source.split(",", 1)[1][:32])
    return struct.unpack(">I", head[16:20])[0] if len(head) >= 20 else 0


def figures(notebook):
    """The text below a figure says what it shows: no heading follows a figure."""
    drawn = 0
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            if any("<img " in text_of(output) for output in cell.get("outputs", [])):
                drawn = number
            continue
        if drawn and cell.source.lstrip().startswith("#"):
            yield f"cell {drawn} shows a figure, and a heading follows; say below the figure what it shows"
        last = (cell.source.strip().splitlines() or [""])[-1]
        drawn = number if last.startswith("![") else 0


def words(notebook):
    """Words that were replaced do not return."""
    for number, cell in enumerate(notebook.cells, 1):
        written = cell.source
        if cell.cell_type == "code":
            written = "\n".join(re.findall(r'"(?:[^"\\]|\\.)*"', written))
        for pattern, better in RETIRED.items():
            found = re.search(rf"\b{pattern}", re.sub(r"\s+", " ", written), re.IGNORECASE)
            if found:
                yield f'cell {number} says "{found.group()}"; write: {better}'


def course(notebook, name, names):
    """The sections that every notebook of the course has, and its links to the others."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    lines = "\n".join(prose).splitlines()
    if not prose or not re.match(r"# \S.*[:?]", notebook.cells[0].source):
        yield "it does not begin with # and a title that asks its question; write one"
    positions = [lines.index(one) if one in lines else -1 for one in SECTIONS]
    for section, position in zip(SECTIONS, positions):
        if position < 0:
            yield f'it has no heading "{section}"; add the section'
    if -1 not in positions and positions != sorted(positions):
        yield f"its last sections are in the wrong order; use {', '.join(SECTIONS)}"
    if -1 not in positions:
        after = "\n".join(lines[positions[2]:])
        asked = len(re.findall(r"^\d+\. ", after, re.MULTILINE))
        answers = re.findall(r"<details><summary>Answer</summary>(.*?)</details>", after, re.DOTALL)
        folded = [answer for answer in answers if re.sub(r"<[^>]*>|\s", "", answer)]
        if (asked, len(folded)) != (3, 3):
            yield f"it has {asked} exercises and {len(folded)} folded answers; write three of each"
    summary = facts(notebook, "summary")
    if not summary:
        yield 'it ends without a summary; show(summary("...").number(...))'
    elif len(summary["numbers"]) != 3:
        yield f"its summary has {len(summary['numbers'])} numbers; choose three"
    yield from navigation(prose[-1] if prose else "", name, names)
    for link in re.findall(r"\]\(([\w./-]+\.ipynb)\)", "\n".join(prose)):
        if link not in names:
            yield f"it links to {link}, which does not exist; link to a notebook of the course"


def navigation(last, name, names):
    """The last line links to the previous and next notebooks, and to the first."""
    line = (last.splitlines() or [""])[-1]
    position = names.index(name)
    for word, wanted in (
        ("Previous", names[position - 1] if position else None),
        ("Next", names[position + 1] if position + 1 < len(names) else None),
    ):
        found = re.search(rf"\b{word}: \[(\d\d) [^\]]+\]\(([^)]+)\)", line)
        if wanted and not (found and found.group(2) == wanted and wanted.startswith(found.group(1))):
            yield f'its last line does not say "{word}: [{wanted[:2]} ...]({wanted})"; add that'
        if not wanted and found:
            yield f'its last line says "{word}: " but there is none; remove it'
    if position and f"]({names[0]})" not in line:
        yield f"its last line does not link to {names[0]}; add that"


def converts(notebook, folder=NOTEBOOKS):
    """nbconvert's own template converts it without a warning."""
    handler = Warnings()
    log = logging.getLogger("limelight.nbconvert")
    log.propagate = False
    log.handlers = [handler]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exporter = HTMLExporter(log=log)
            exporter.from_notebook_node(notebook, resources={"metadata": {"path": str(folder)}})
    except Exception as error:
        yield f"jupyter nbconvert cannot convert it, \"{first(str(error))}\"; fix the cell that it names"
    for said in handler.said:
        yield f'jupyter nbconvert --to html warns, "{first(said)}"; fix that'


def size(text):
    if len(text.encode()) > LARGEST_BYTES:
        yield f"it has {len(text.encode()) / 1e6:.2f} MB; show fewer or smaller images: at most {LARGEST_BYTES / 1e6:.1f} MB are allowed"


def problems(notebook, name, names):
    """All broken rules of an executed notebook, one sentence each."""
    broken = [
        *metadata(notebook),
        *cells(notebook),
        *outputs(notebook),
        *displays(notebook),
        *pictures(notebook),
        *figures(notebook),
        *words(notebook),
        *course(notebook, name, names),
        *converts(notebook),
        *size(nbformat.writes(notebook)),
    ]
    return [f"{name}: {one}." for one in broken]


def names():
    """The notebooks of the course, in order."""
    return sorted(path.name for path in NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))


def main(files):
    broken = []
    for path in files or [NOTEBOOKS / name for name in names()]:
        broken += problems(nbformat.read(path, 4), Path(path).name, names())
    print("\n".join(broken) or "no notebook breaks a rule")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
