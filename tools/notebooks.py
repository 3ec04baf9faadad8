"""Runs the notebooks with the real Java kernel and turns them into pages.

    notebooks.py test --since FILE --maven STATUS [--kernel KERNEL] [NAME...]
    notebooks.py run [--kernel KERNEL] [NAME...]
    notebooks.py render [--update] [--reuse] [NAME...]

Execution and conversion are two steps, because checks are omitted from the page but must run.
"""

import argparse
import copy
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import unittest
import xml.etree.ElementTree
from pathlib import Path

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import outputs
import pages
import teaching
from outputs import KERNELSPEC, LARGEST_BYTES, facts, tags

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
# One engine alone, or both, of which the library prefers MXNet.
ENGINE = os.environ.get("LIMELIGHT_ENGINE", "")
EXECUTED = ROOT / ".lab" / ("executed" + (f"-{ENGINE}" if ENGINE else ""))
LOGS = ROOT / ".lab" / "logs"
REPORTS = ROOT / "reports"

CELL_SECONDS = int(os.environ.get("LIMELIGHT_CELL_SECONDS", "900"))
MADE = ["Limelight", "profile", "seed", "engine", "DJL", "Java", "system", "threads"]
# The last cell of every run; it is not part of the notebook.
PROVENANCE = "dev.limelight.notebook.Notebook.provenance();"


class Failed(Exception):
    """A notebook or a page breaks a rule; the message says where and why."""


def picked(names):
    """The notebooks whose names begin with one of the given names; without names, all of them."""
    every = sorted(NOTEBOOKS.glob("*.ipynb"))
    if not names:
        return every
    for name in names:
        if not any(path.stem.startswith(name) for path in every):
            known = ", ".join(path.stem for path in every) or "none yet"
            raise Failed(f'no notebook begins with "{name}"; choose from: {known}')
    return [path for path in every if any(path.stem.startswith(name) for name in names)]


def text_of(cell):
    return cell.source.strip()


def check_source(path, notebook):
    """Checks that need no run."""
    refuse(f"{path.name}: {broken}" for broken in outputs.metadata(notebook))


def refuse(broken):
    """Fails with all broken rules, one per line."""
    broken = list(broken)
    if broken:
        raise Failed("\n    ".join(broken))


def key_of(path):
    """A hash of everything an execution depends on: the cells, the library and the settings."""
    notebook = nbformat.read(path, 4)
    digest = hashlib.sha256()
    for cell in notebook.cells:
        digest.update(f"{cell.cell_type}\0{cell.source}\0{','.join(tags(cell))}\0".encode())
    for jar in os.environ.get("JJAVA_CLASSPATH", "").split(os.pathsep):
        if Path(jar).name.startswith("limelight"):
            digest.update(Path(jar).read_bytes())
    digest.update(os.environ.get("LIMELIGHT_PROFILE", "quick").encode())
    return digest.hexdigest()


class Memory(threading.Thread):
    """The peak memory of all kernels started by this process, in MB."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most = 0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.5):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.Error:
                    pass
            self.most = max(self.most, total // 2**20)


def without_colours(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def first_lines(cell, error):
    """The message of a Java error and its position in the notebook, without the kernel's own frames."""
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    lines = without_colours("\n".join(errors[-1].traceback)).splitlines() if errors else [str(error.evalue)]
    lines = [line.removeprefix("|   ").rstrip() for line in lines]
    kernel = ("org.dflib.jjava.", "io.github.spencerpark.", "jdk.jshell", "java.base/")
    kept = [line for line in lines if line.strip("- |") and not any(frame in line for frame in kernel)]
    return "\n".join("      " + line for line in kept[:12])


class Client(NotebookClient):
    """Records which displays were opened in which cell; the notebook file does not contain their ids."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.shown = []

    def process_message(self, msg, cell, cell_index):
        one = msg["content"].get("transient", {}).get("display_id")
        if msg["header"]["msg_type"] == "display_data" and one:
            self.shown.append((cell_index + 1, one))
        return super().process_message(msg, cell, cell_index)


def check_kernel(name):
    known = sorted(KernelSpecManager().find_kernel_specs())
    if name not in known:
        raise Failed(f'no kernel "{name}" is installed; choose from: {", ".join(known)} (docs/SETUP.md describes how to install IJava)')


def execute(path, kernel):
    """Runs a notebook with a fresh kernel; returns the executed notebook."""
    notebook = nbformat.read(path, 4)
    check_source(path, notebook)
    notebook.cells.append(nbformat.v4.new_code_cell(PROVENANCE, id="provenance", metadata={"tags": ["provenance"]}))
    LOGS.mkdir(parents=True, exist_ok=True)
    current = {"cell": 0}

    def starts(cell, cell_index):
        current["cell"] = cell_index

    client = Client(
        notebook,
        kernel_name=kernel,
        timeout=CELL_SECONDS,
        record_timing=False,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        on_cell_start=starts,
    )
    with open(LOGS / f"{path.stem}.log", "wb") as log:
        try:
            client.execute(stdout=log, stderr=log)
        except CellExecutionError as error:
            cell = notebook.cells[current["cell"]]
            source = text_of(cell)
            shown = "\n".join("    | " + line for line in source.splitlines()[:12])
            raise Failed(f"cell {current['cell'] + 1}:\n{shown}\n{first_lines(cell, error)}") from None
        except Exception as error:
            raise Failed(
                f"cell {current['cell'] + 1}: {type(error).__name__}: {error}; see .lab/logs/{path.stem}.log"
            ) from None
    refuse(outputs.live(client.shown))
    refuse(outputs.problems(for_commit(notebook), path.name, outputs.names()))
    return notebook


def run(path, kernel="java"):
    """Executes a notebook, stores it in .lab/executed, and prints the result in one line. Pages are made of runs on JJava."""
    print(f"  {path.stem} ...", end=" ", flush=True)
    started = time.monotonic()
    memory = Memory()
    memory.start()
    folder = EXECUTED if kernel == "java" else EXECUTED.with_name(f"{EXECUTED.name}-{kernel}")
    kept = folder / path.name
    kept.unlink(missing_ok=True)
    try:
        notebook = execute(path, kernel)
    except Failed as failure:
        print(f"FAILED after {time.monotonic() - started:.0f} s\n    {failure}")
        return False
    finally:
        memory.over.set()
    folder.mkdir(parents=True, exist_ok=True)
    notebook.metadata["limelight_key"] = key_of(path)
    took = notebook.metadata["limelight_took"] = {"seconds": round(time.monotonic() - started), "megabytes": memory.most}
    nbformat.write(notebook, kept)
    print(f"ok, {len(notebook.cells) - 1} cells, {took['seconds']} s, {took['megabytes']} MB")
    return True


def is_current(path):
    kept = EXECUTED / path.name
    return kept.exists() and nbformat.read(kept, 4).metadata.get("limelight_key") == key_of(path)


def for_commit(executed):
    """An executed notebook without anything that differs between runs."""
    notebook = copy.deepcopy(executed)
    notebook.cells = [cell for cell in notebook.cells if "provenance" not in tags(cell)]
    notebook.metadata.pop("limelight_key", None)
    notebook.metadata.pop("limelight_took", None)
    notebook.metadata["kernelspec"] = dict(KERNELSPEC)
    notebook.metadata["language_info"] = {
        "codemirror_mode": "java",
        "file_extension": ".jshell",
        "mimetype": "text/x-java-source",
        "name": "Java",
        "pygments_lexer": "java",
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        cell.metadata.pop("ExecuteTime", None)
    return notebook


def update(path):
    """Writes the executed notebook back atomically."""
    notebook = for_commit(nbformat.read(EXECUTED / path.name, 4))
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + "\n"
    if len(text.encode()) > LARGEST_BYTES:
        raise Failed(
            f"{path.name} would be {len(text.encode()) / 1e6:.1f} MB; a committed notebook has at most "
            f"{LARGEST_BYTES / 1e6:.1f} MB: show fewer or smaller images"
        )
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    teaching.update(EXECUTED / path.name)
    print(f"  {path.relative_to(ROOT)} updated")


def git(*arguments):
    try:
        return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not from a git checkout"


def story(path):
    """The data of a notebook that was executed now."""
    return story_of(path, EXECUTED / path.name, datetime.date.today().isoformat(), git("describe", "--always", "--dirty"))


def story_of(path, stored, date, commit):
    """The data of an executed notebook for its page."""
    notebook = nbformat.read(stored, 4)
    summary = facts(notebook, "summary")
    made = {"date": date, "commit": commit}
    rows = (facts(notebook, "provenance") or {}).get("rows", {})
    # A notebook file sorts its keys; the page shows the most important first.
    made.update({name: rows[name] for name in sorted(rows, key=lambda n: MADE.index(n) if n in MADE else len(MADE))})
    title = path.stem
    for cell in notebook.cells:
        heading = re.match(r"#\s+(.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            title = heading.group(1).strip()
            break
    return {
        "name": path.stem,
        "title": title,
        "question": notebook.metadata.limelight.question,
        "answer": summary["answer"],
        "numbers": summary["numbers"],
        "made": made,
    }


def own_tests():
    """Runs the tests of these tools; returns how many passed and how many failed."""
    print("tools:")
    suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent), "test_*.py")
    result = unittest.TextTestRunner(sys.stdout, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors)
    return result.testsRun - failed, failed


def committed(chosen):
    """Checks the notebooks in notebooks/ with their stored outputs."""
    print("committed notebooks:")
    failed = 0
    for path in chosen:
        broken = outputs.problems(nbformat.read(path, 4), path.name, outputs.names())
        failed += bool(broken)
        print(f"  {path.stem}: {'FAILED' if broken else 'ok'}", *broken, sep="\n    " if broken else "")
    return len(chosen) - failed, failed


def run_all(chosen, kernel):
    """Runs notebooks; returns how many passed and how many failed."""
    profile = os.environ.get("LIMELIGHT_PROFILE", "quick")
    on = (f", {ENGINE} alone" if ENGINE else "") + ("" if kernel == "java" else f", kernel {kernel}")
    print(f"notebooks ({profile} profile{on}):")
    check_kernel(kernel)
    failed = sum(not run(path, kernel) for path in chosen)
    return len(chosen) - failed, failed


def run_only(arguments):
    """Runs the notebooks, and prints the closing line."""
    passed, failed = run_all(picked(arguments.names), arguments.kernel)
    print(f"{passed} passed, {failed} failed", flush=True)
    return failed == 0


def test(arguments):
    """Counts the tests of the build, runs the notebooks, and prints the closing line."""
    since = Path(arguments.since).stat().st_mtime
    passed = failed = 0
    for report in ROOT.glob("lib/*/target/*-reports/TEST-*.xml"):
        if report.stat().st_mtime >= since:
            suite = xml.etree.ElementTree.parse(report).getroot()
            wrong = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failed += wrong
            passed += int(suite.get("tests", 0)) - wrong - int(suite.get("skipped", 0))
    chosen = picked(arguments.names)
    for right, wrong in (own_tests(), committed(chosen)):
        passed += right
        failed += wrong
    if arguments.maven != 0:
        print("notebooks: not run, because the build failed")
        failed += 0 if failed else 1
    elif not chosen:
        print("notebooks: there are none")
    else:
        right, wrong = run_all(chosen, arguments.kernel)
        passed += right
        failed += wrong
    closing = f"{passed} passed, {failed} failed"
    (ROOT / ".lab" / "counts").write_text(closing + "\n", encoding="utf-8")
    print(closing, flush=True)
    return failed == 0


def render(arguments):
    """Executes, then converts."""
    if arguments.update and ENGINE:
        raise Failed("stored notebooks are executed without --engine; leave --update or --engine out")
    chosen = picked(arguments.names)
    if not chosen:
        raise Failed("there are no notebooks in notebooks/")
    print("running:")
    good = []
    for path in chosen:
        if arguments.reuse and is_current(path):
            print(f"  {path.stem}: unchanged since the last run")
            good.append(path)
        elif run(path):
            good.append(path)
    if arguments.update:
        for path in good:
            update(path)
    print("writing:")
    ok = len(good) == len(chosen)
    for path in good:
        try:
            page = pages.write(nbformat.read(EXECUTED / path.name, 4), story(path), REPORTS)
            print(f"  {page.relative_to(ROOT)}, {page.stat().st_size / 1e6:.1f} MB")
        except pages.BadPage as error:
            ok = False
            print(f"  {path.stem} FAILED: {error}")
    rendered = [story(p) for p in picked([]) if (EXECUTED / p.name).exists() and (REPORTS / f"{p.stem}.html").exists()]
    index = pages.write_index(rendered, REPORTS)
    print(f"  {index.relative_to(ROOT)}")
    written = [REPORTS / f"{one['name']}.html" for one in rendered] + [index]
    ok &= pages.browse(written)
    return ok


def main():
    parser = argparse.ArgumentParser(prog="lab")
    commands = parser.add_subparsers(dest="command", required=True)
    testing = commands.add_parser("test")
    testing.add_argument("--since", required=True)
    testing.add_argument("--maven", type=int, required=True)
    running = commands.add_parser("run")
    for command in (testing, running):
        command.add_argument("--kernel", default="java", help="the kernelspec to run on")
    rendering = commands.add_parser("render")
    rendering.add_argument("--update", action="store_true", help="write the executed notebooks back")
    rendering.add_argument("--reuse", action="store_true", help="do not run unchanged notebooks again")
    for command in (testing, running, rendering):
        command.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    try:
        ok = {"test": test, "run": run_only, "render": render}[arguments.command](arguments)
    except Failed as failure:
        print(f"limelight: {failure}", file=sys.stderr)
        ok = False
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
