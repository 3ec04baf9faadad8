"""What an executed notebook must be like. Each broken rule is one sentence: notebook, cell, what to do.

    outputs.py [FILE...]     the committed notebooks without a name
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
MOST_LINES = 5
WIDEST_LINE = 100

# What no output may hold: it means nothing to a reader, or changes from run to run.
LEFT_OVER = {
    "an object id": (r"\b[A-Za-z_$][\w.$]*@[0-9a-f]{4,8}\b", "show what the object is"),
    "a hashed class name": (
        r"\$\$Lambda\S*|\bREPL\.\$\S*|\$JShell\$\S*|\b[A-Z]\w*\$\d+\b|/0x[0-9a-f]{8,}",
        "show a value, not the class that made it",
    ),
    "an absolute path": (
        r"(?<![\w.:/<])/(?:home|root|tmp|usr|var|opt|mnt|work|private|Users|workspace)/\S+|\bfile:/\S+|\b[A-Z]:\\\S+",
        "use a path relative to notebooks/",
    ),
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
    """Keeps what is logged."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def tags(cell):
    return cell.metadata.get("tags", [])


def text_of(output):
    """The words of an output, without the pictures' bytes."""
    data = output.get("data", {})
    words = [output.get("text", ""), output.get("evalue", "")] + [data.get(kind, "") for kind in ("text/plain", "text/html")]
    return re.sub(r"base64,[A-Za-z0-9+/=\s]*", "base64,", "\n".join("".join(one) for one in words))


def facts(notebook, kind):
    """The last facts of a kind that an executed notebook holds; None where there are none."""
    found = None
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            value = output.get("data", {}).get(FACTS)
            if value and value.get("kind") == kind:
                found = value
    return found


def metadata(notebook):
    if dict(notebook.metadata.get("kernelspec", {})) != KERNELSPEC:
        yield f"its kernelspec is another; make it {KERNELSPEC}"
    if not notebook.metadata.get("limelight", {}).get("question"):
        yield 'its metadata has no question; add "limelight": {"question": "..."}'


def cells(notebook):
    """The cells as a reader meets them: short, and without what every notebook would repeat."""
    for number, cell in enumerate(notebook.cells, 1):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if cell.cell_type != "code" or "provenance" in tags(cell):
            continue
        if "check" not in tags(cell) and len(lines) > MOST_LINES:
            yield f"cell {number} has {len(lines)} lines; split it, or move a part into the library: {MOST_LINES} are the most"
        widest = max(map(len, lines), default=0)
        if widest > WIDEST_LINE:
            yield f"cell {number} has a line of {widest} characters; break it: {WIDEST_LINE} are the most"
        if re.search(r"^\s*(import\s|%\w+)", cell.source, re.MULTILINE):
            yield f"cell {number} imports something; the library brings the imports, add it to Imports.java"
        if re.search(r"String\s*\.format\((?!\s*(java\.util\.)?Locale\.ROOT)|\.formatted\(", cell.source):
            yield f"cell {number} formats numbers as the reader's computer does; use format(...)"


def outputs(notebook):
    """Every output is a result."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code" or "provenance" in tags(cell):
            continue
        told = cell.get("outputs", [])
        if cell.get("execution_count") is None:
            yield f"cell {number} was not run; run ./lab render --update"
        elif not told and ("check" in tags(cell) or re.search(r"\bshow\(", cell.source)):
            yield f"cell {number} shows something and has no output; run ./lab render --update"
        for output in told:
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield f'cell {number} ends in an error, "{output.get("ename")}"; repair it or tag it raises-exception'
            if output.output_type == "stream" and output.name == "stderr" and "stderr" not in tags(cell):
                yield f'cell {number} writes to standard error, "{first(output.text)}"; silence it or tag it stderr'
            for what, (pattern, remedy) in LEFT_OVER.items():
                found = re.search(pattern, text_of(output))
                if found:
                    yield f'cell {number} shows {what}, "{found.group()[:60]}"; {remedy}'


def first(text):
    return (text.strip().splitlines() or [""])[0][:120]


def displays(notebook):
    """A figure that changes in place leaves one output."""
    for number, cell in enumerate(notebook.cells, 1):
        ids, shown = set(), set()
        for output in cell.get("outputs", []):
            if output.output_type == "update_display_data":
                yield f"cell {number} keeps an update of a live figure as an output; run ./lab render --update"
            one = output.get("transient", {}).get("display_id")
            words = output.get("data", {}).get("text/html")
            if one in ids or words in shown:
                yield f"cell {number} shows the same thing twice; a live figure is one output: call live() once and update it"
            ids |= {one} - {None}
            shown |= {words} - {None}
            if 'aria-hidden="true">…<' in text_of(output):
                yield f"cell {number} shows work that never ended; close() the progress bar"


def live(shown):
    """The same while it runs, for a stored notebook forgets which display is which: (cell, display id) of each display."""
    seen = set()
    for number, one in shown:
        if one in seen:
            yield f"cell {number} opens a live figure for the second time; call live() once and update it"
        seen.add(one)


def pictures(notebook):
    """Each picture has words and a size."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            bare = [kind for kind in data if kind.startswith("image/")]
            if bare:
                yield f"cell {number} shows a bare {bare[0]} without alternative text; show(...) it as a figure"
            for picture in Pictures("".join(data.get("text/html", ""))).found:
                if not (picture.get("alt") or "").strip():
                    yield f"cell {number} shows a picture without alternative text; give the figure its altText()"
                if width(picture) == 0:
                    yield f"cell {number} shows a picture without a width; draw it at least one pixel wide"
        if cell.cell_type == "markdown":
            for alt, file in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", cell.source):
                if not alt.strip():
                    yield f"cell {number} has the picture {file} without words; write them into ![...]"
                if not (NOTEBOOKS / file).is_file():
                    yield f"cell {number} has the picture {file}, which is not there; add it below notebooks/"


def width(picture):
    """The pixels that a picture is wide: as the page says, or as its PNG does; 0 if nobody says."""
    given = re.match(r"\d+", picture.get("width") or "")
    source = picture.get("src") or ""
    if given or not source.startswith("data:image/png;base64,"):
        return int(given.group()) if given and len(source) > 30 else 0
    head = base64.b64decode(source.split(",", 1)[1][:32])
    return struct.unpack(">I", head[16:20])[0] if len(head) >= 20 else 0


def course(notebook, name, names):
    """What makes the notebooks one course."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    lines = "\n".join(prose).splitlines()
    if not prose or not re.match(r"# \S.*[:?]", notebook.cells[0].source):
        yield "it does not begin with # and a title that asks its question; write one"
    places = [lines.index(one) if one in lines else -1 for one in SECTIONS]
    for section, place in zip(SECTIONS, places):
        if place < 0:
            yield f'it has no heading "{section}"; add the section'
    if -1 not in places and places != sorted(places):
        yield f"its last sections are in another order; make it {', '.join(SECTIONS)}"
    if -1 not in places:
        after = "\n".join(lines[places[2]:])
        asked = len(re.findall(r"^\d+\. ", after, re.MULTILINE))
        answers = re.findall(r"<details><summary>Answer</summary>(.*?)</details>", after, re.DOTALL)
        folded = [answer for answer in answers if re.sub(r"<[^>]*>|\s", "", answer)]
        if (asked, len(folded)) != (3, 3):
            yield f"it has {asked} exercises and {len(folded)} folded answers; write three of each"
    told = facts(notebook, "summary")
    if not told:
        yield 'it ends without a summary; show(summary("...").number(...))'
    elif len(told["numbers"]) != 3:
        yield f"its summary has {len(told['numbers'])} numbers; choose three"
    yield from ways(prose[-1] if prose else "", name, names)
    for link in re.findall(r"\]\(([\w./-]+\.ipynb)\)", "\n".join(prose)):
        if link not in names:
            yield f"it links to {link}, which is not there; link to a notebook of the course"


def ways(last, name, names):
    """The last line leads to the notebooks before and after, and to the first."""
    line = (last.splitlines() or [""])[-1]
    place = names.index(name)
    for word, wanted in (
        ("Previous", names[place - 1] if place else None),
        ("Next", names[place + 1] if place + 1 < len(names) else None),
    ):
        found = re.search(rf"\b{word}: \[(\d\d) [^\]]+\]\(([^)]+)\)", line)
        if wanted and not (found and found.group(2) == wanted and wanted.startswith(found.group(1))):
            yield f'its last line does not say "{word}: [{wanted[:2]} ...]({wanted})"; add that'
        if not wanted and found:
            yield f'its last line says "{word}: " and there is none; leave it out'
    if place and f"]({names[0]})" not in line:
        yield f"its last line does not link to {names[0]}; add that"


def converts(notebook, folder=NOTEBOOKS):
    """nbconvert's own template makes a page of it without a warning."""
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
        yield f"jupyter nbconvert cannot convert it, \"{first(str(error))}\"; repair the cell that it names"
    for said in handler.said:
        yield f'jupyter nbconvert --to html warns, "{first(said)}"; repair that'


def size(text):
    if len(text.encode()) > LARGEST_BYTES:
        yield f"it has {len(text.encode()) / 1e6:.2f} MB; show fewer or smaller pictures: {LARGEST_BYTES / 1e6:.1f} MB are the most"


def problems(notebook, name, names):
    """All broken rules of an executed notebook, a sentence each."""
    broken = [
        *metadata(notebook),
        *cells(notebook),
        *outputs(notebook),
        *displays(notebook),
        *pictures(notebook),
        *course(notebook, name, names),
        *converts(notebook),
        *size(nbformat.writes(notebook)),
    ]
    return [f"{name}: {one}." for one in broken]


def names():
    """The course, in its order."""
    return sorted(path.name for path in NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))


def main(files):
    broken = []
    for path in files or [NOTEBOOKS / name for name in names()]:
        broken += problems(nbformat.read(path, 4), Path(path).name, names())
    print("\n".join(broken) or "every notebook is as it must be")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
