"""Which engines ./lab puts on a kernel's class path, with jars of the names that the build gives them."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

COMMON = Path(__file__).resolve().parent / "common.sh"
OTHERS = ["mxnet-engine-1.jar", "pytorch-engine-1.jar", "pytorch-jni-1.jar"]
MXNET, PYTORCH = "mxnet-native-mkl-1-linux-x86_64.jar", "pytorch-native-cpu-1-linux-x86_64.jar"


class EnginesTest(unittest.TestCase):
    def lab(self, engine, *natives):
        """The exit code of the check, the jars of the class path, and what was said."""
        with tempfile.TemporaryDirectory() as root:
            folder = Path(root, "lib", "notebook", "target", "classpath")
            folder.mkdir(parents=True)
            for jar in [*OTHERS, *natives]:
                (folder / jar).touch()
            (folder.parent / "limelight-notebook-1.jar").touch()
            script = f'set -euo pipefail; ROOT="{root}"; . "{COMMON}"; check_engine >"$ROOT/said" 2>&1; classpath'
            run = subprocess.run(
                ["bash", "-c", script], env={**os.environ, "LIMELIGHT_ENGINE": engine}, capture_output=True, text=True
            )
            said = Path(root, "said").read_text(encoding="utf-8")
        return run.returncode, [Path(jar).name for jar in run.stdout.strip().split(":")], said

    def test_both_are_there_if_none_is_asked_for(self):
        code, jars, said = self.lab("", MXNET, PYTORCH)
        self.assertEqual((0, ""), (code, said))
        self.assertEqual(["limelight-notebook-1.jar", *sorted([*OTHERS, MXNET, PYTORCH])], jars)

    def test_one_alone(self):
        code, jars, said = self.lab("pytorch", MXNET, PYTORCH)
        self.assertEqual((0, "engine: PyTorch, as asked for\n"), (code, said))
        self.assertEqual(["limelight-notebook-1.jar", *sorted([*OTHERS, PYTORCH])], jars)
        code, jars, said = self.lab("mxnet", MXNET, PYTORCH)
        self.assertEqual((0, "engine: MXNet, as asked for\n"), (code, said))
        self.assertEqual(["limelight-notebook-1.jar", "mxnet-engine-1.jar", MXNET, "pytorch-engine-1.jar"], jars)

    def test_pytorch_where_mxnet_has_no_library(self):
        code, jars, said = self.lab("", PYTORCH)
        self.assertEqual(0, code)
        self.assertRegex(said, r"^engine: PyTorch, as MXNet has no library for \w+ \w+\n$")
        self.assertIn(PYTORCH, jars)

    def test_a_missing_library_is_refused(self):
        for engine, natives, words in (
            ("mxnet", [PYTORCH], "use --engine pytorch"),
            ("pytorch", [MXNET], "use --engine mxnet"),
            ("", [], "no engine has a library"),
        ):
            code, _, said = self.lab(engine, *natives)
            self.assertNotEqual(0, code)
            self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
