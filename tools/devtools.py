"""A page in a headless browser, controlled over a pipe with the DevTools protocol."""

import base64
import fcntl
import json
import os
import subprocess
import tempfile
import time

from browser import arguments


class Tab:
    """A tab in a separate browser process, which starts and ends with it.

    The pipe (--remote-debugging-pipe) needs no port and no package for web sockets: the browser reads commands from
    file descriptor 3 and answers on 4, JSON followed by a zero byte.
    """

    def __init__(self, program, width, height):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        # High numbers, so that neither is 3 or 4 already.
        commands, answers = moved(commands), moved(answers)

        def connect():
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        command = arguments(program, self.folder.name) + ["--remote-debugging-pipe", f"--window-size={width},{height}"]
        self.process = subprocess.Popen(
            command, preexec_fn=connect, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(commands)
        os.close(answers)
        self.rest = b""
        self.number = 0
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.commands)
        try:
            # Closing its pipe ends the browser.
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.answers)
        self.folder.cleanup()

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self.read())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def read(self):
        while b"\0" not in self.rest:
            block = os.read(self.answers, 1 << 16)
            if not block:
                raise RuntimeError("the browser ended early")
            self.rest += block
        message, self.rest = self.rest.split(b"\0", 1)
        return message

    def open(self, url):
        self.call("Page.navigate", url=url)

    def evaluate(self, script):
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "a script failed"))
        return answer["result"].get("value")

    def wait(self, script, seconds=60):
        """Waits until an expression is true; the last value is in the error."""
        end = time.monotonic() + seconds
        while True:
            value = self.evaluate(script)
            if value is True:
                return
            if time.monotonic() > end:
                raise TimeoutError(f"not after {seconds} s: {value}")
            time.sleep(0.2)

    def picture(self):
        """A screenshot of the window, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


def moved(file):
    high = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 100)
    os.close(file)
    return high
