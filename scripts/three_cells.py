"""Runs the three cells that README.md gives for a notebook outside the checkout: three_cells.py README FOLDER"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HEADING = "## In your own notebook"


def main():
    readme, folder = Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]
    section = readme.split(HEADING + "\n", 1)[-1].split("\n## ", 1)[0]
    # ReadmeTest runs the blocks of plain Java.
    cells = re.findall(r"```jshell\n(.*?)```", section, re.DOTALL)
    if len(cells) != 3 or not cells[0].startswith("%maven "):
        sys.exit(f'FAILED: "{HEADING}" must have three cells, the first a %maven; it has {len(cells)}')
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
    client = NotebookClient(
        notebook, kernel_name="java", timeout=600, resources={"metadata": {"path": folder}}
    )
    try:
        client.execute()
    except Exception as error:
        sys.exit(f"FAILED: {error}")
    shown = "".join(output.get("data", {}).get("text/html", "") for output in notebook.cells[2].outputs)
    alt = re.search(r'<img [^>]*alt="([^"]+)"', shown)
    errors = [output.text for cell in notebook.cells for output in cell.outputs if output.get("name") == "stderr"]
    if not alt or 'src="data:image/' not in shown:
        sys.exit(f"FAILED: the third cell shows no image with alternative text, but: {shown[:300] or notebook.cells[2].outputs}")
    if errors:
        sys.exit("FAILED: the cells write to standard error: " + errors[0][:300])
    print(f"ok: the third cell shows an image: {alt[1]}")


if __name__ == "__main__":
    main()
