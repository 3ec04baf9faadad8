"""Runs the programs of docs/EXPORT.md: exported.py PAGE GOLDEN.npz ONNXRUNTIME.jar FOLDER...

Each folder has net-with-map.onnx, explained/explanations.npz, and node_modules with onnxruntime-web.
"""

import functools
import http.server
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from browser import browser  # noqa: E402
from devtools import Tab  # noqa: E402

TOLERANCE = 1e-5


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def by_python(program, folder):
    (folder / "heatmap.py").write_text(program, encoding="utf-8")
    subprocess.run([sys.executable, "heatmap.py"], cwd=folder, check=True)
    return np.load(folder / "heatmap.npy")


def by_browser(page, folder):
    (folder / "index.html").write_text(page, encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Tab(browser(), 400, 400) as tab:
            tab.open(f"http://127.0.0.1:{server.server_address[1]}/index.html")
            tab.wait("window.heatmap !== undefined")
            return np.asarray(tab.evaluate("window.heatmap"), np.float32)
    finally:
        server.shutdown()


def by_java(program, folder, runtime):
    source = folder / "Heatmap.java"
    source.write_text(program, encoding="utf-8")
    lines = subprocess.run(
        ["java", "-cp", runtime, str(source)], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()
    return np.asarray(lines, np.float32)


def main():
    page, golden, runtime, *folders = sys.argv[1:]
    text = Path(page).read_text(encoding="utf-8")
    programs = {kind: re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL).group(1) for kind in ("python", "html", "java")}
    pictures = np.load(golden)["x"].astype(np.float32)
    passed = failed = 0
    for folder in map(Path, folders):
        pictures.tofile(folder / "pictures.bin")
        onnx.checker.check_model(str(folder / "net-with-map.onnx"), full_check=True)
        expected = np.load(folder / "explained" / "explanations.npz")["heatmap"]
        for name, run in {
            "Python": lambda: by_python(programs["python"], folder),
            "the browser": lambda: by_browser(programs["html"], folder),
            "Java": lambda: by_java(programs["java"], folder, runtime),
        }.items():
            try:
                difference = float(np.abs(run().reshape(expected.shape) - expected).max())
                right = difference < TOLERANCE
                print(f"{'ok' if right else 'FAILED'}: {folder.name} in {name}, largest difference {difference:.1e}")
            except Exception as error:
                right = False
                print(f"FAILED: {folder.name} in {name}: {error}")
            passed, failed = passed + right, failed + (not right)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
