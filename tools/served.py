"""Runs a notebook on a kernel of a running JupyterLab, and prints times and memory as one line of JSON.

    served.py --port PORT --server PID --started SECONDS NOTEBOOK      LIMELIGHT_TOKEN has the server's token
"""

import argparse
import json
import os
import queue
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

import nbformat
import psutil
from jupyter_client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir

CELL_SECONDS = 900
STARTING_SECONDS = 120


class Memory(threading.Thread):
    """The peak memory in MB: of the server with its kernels, and of the kernels alone."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = psutil.Process(server)
        self.most = {"all": 0, "kernel": 0}
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.2):
            held = {"all": 0, "kernel": 0}
            for process in [self.server, *self.server.children(recursive=True)]:
                try:
                    size = process.memory_info().rss
                    held["all"] += size
                    held["kernel"] += size if process.name() == "java" else 0
                except psutil.Error:
                    pass
            self.most = {name: max(most, held[name] // 2**20) for name, most in self.most.items()}


def ask(address, value=None):
    """The server's response; a value is sent as JSON."""
    data = None if value is None else json.dumps(value).encode()
    request = urllib.request.Request(address, data, {"Authorization": f"token {os.environ['LIMELIGHT_TOKEN']}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def wait(client):
    """Waits until the kernel answers on its output channel. Jupyter's own wait gives up on a JVM too soon."""
    end = time.time() + STARTING_SECONDS
    while time.time() < end:
        client.kernel_info()
        try:
            client.get_iopub_msg(timeout=1)
            return
        except queue.Empty:
            continue
    sys.exit(f"limelight: the kernel did not answer in {STARTING_SECONDS} s")


def run(client, notebook, started):
    """Executes the cells in order; returns the number of images and the time of the first."""
    pictures = []

    def look(message):
        data = message["content"].get("data", {})
        if "<img" in data.get("text/html", "") or "image/png" in data:
            pictures.append(time.time() - started)

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, 1):
        reply = client.execute_interactive(cell.source, allow_stdin=False, timeout=CELL_SECONDS, output_hook=look)
        if reply["content"]["status"] != "ok":
            sys.exit(f"limelight: code cell {number} failed: {reply['content'].get('evalue')}")
    if not pictures:
        sys.exit("limelight: the notebook showed no image")
    return {"cells": len(cells), "pictures": len(pictures), "first": round(pictures[0])}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--server", type=int, required=True, help="process id of the server")
    parser.add_argument("--started", type=float, required=True, help="start time, in seconds since the epoch")
    parser.add_argument("notebook", help="path of the notebook on the server")
    options = parser.parse_args()
    address = f"http://127.0.0.1:{options.port}"
    memory = Memory(options.server)
    memory.start()
    ask(f"{address}/lab/tree/{urllib.parse.quote(options.notebook)}")
    answered = time.time() - options.started
    text = json.loads(ask(f"{address}/api/contents/{options.notebook}?format=text&type=file"))["content"]
    kernel = {"name": "java"}
    name = Path(options.notebook).name
    session = json.loads(
        ask(f"{address}/api/sessions", {"path": options.notebook, "name": name, "type": "notebook", "kernel": kernel})
    )
    # On the same machine the kernel can be reached without a web socket.
    client = BlockingKernelClient(
        connection_file=str(Path(jupyter_runtime_dir()) / f"kernel-{session['kernel']['id']}.json")
    )
    client.load_connection_file()
    client.start_channels()
    wait(client)
    shown = run(client, nbformat.reads(text, 4), options.started)
    client.stop_channels()
    memory.over.set()
    took = {"answered": round(answered), **shown, "done": round(time.time() - options.started), "megabytes": memory.most}
    print(json.dumps(took))


if __name__ == "__main__":
    main()
