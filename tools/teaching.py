"""The table of docs/TEACHING.md: how long each notebook takes to read and to run."""

import re
from pathlib import Path

import nbformat

from outputs import tags, text_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "TEACHING.md"
TABLE = re.compile(r"(<!-- times -->\n\|[^\n]*\n\|[^\n]*\n)(.*?)(<!-- end -->)", re.DOTALL)
WORDS_A_MINUTE = 150


def reading(notebook):
    """Minutes: the prose read aloud, and one for each figure."""
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    figures = sum(
        "<img " in text_of(output)
        for cell in notebook.cells
        if cell.cell_type == "code" and "check" not in tags(cell)
        for output in cell.get("outputs", [])
    )
    return round(words / WORDS_A_MINUTE + figures)


def row(name, notebook, seconds, megabytes):
    """A row; times and memory are rounded up, since they differ from run to run."""
    return (
        f"| [{name[:2]}](../notebooks/{name}.ipynb) | {reading(notebook)} min "
        f"| {-(-seconds // 10) * 10} s | {-(-megabytes // 100) / 10:.1f} GB |\n"
    )


def with_row(page, name, notebook, seconds, megabytes):
    """The page with the row of a notebook replaced or added."""
    found = TABLE.search(page)
    if not found:
        raise ValueError("docs/TEACHING.md has no table between <!-- times --> and <!-- end -->; add them")
    rows = {line[3:5]: line + "\n" for line in found.group(2).splitlines() if line}
    rows[name[:2]] = row(name, notebook, seconds, megabytes)
    body = "".join(rows[key] for key in sorted(rows))
    return page[: found.start()] + found.group(1) + body + found.group(3) + page[found.end() :]


def update(path):
    """Writes the row of a notebook that was executed."""
    executed = nbformat.read(path, 4)
    took = executed.metadata.get("limelight_took")
    if took:
        page = with_row(PAGE.read_text(encoding="utf-8"), path.stem, executed, took["seconds"], took["megabytes"])
        PAGE.write_text(page, encoding="utf-8")
