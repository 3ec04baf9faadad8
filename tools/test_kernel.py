"""What the notebooks need of JJava, tried on the real kernel."""

import queue
import time
import unittest

from jupyter_client.manager import KernelManager

STARTING_SECONDS = 120
CELL_SECONDS = 60


class KernelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager = KernelManager(kernel_name="java")
        cls.manager.start_kernel()
        cls.client = cls.manager.client()
        cls.client.start_channels()
        end = time.time() + STARTING_SECONDS
        while not cls.client.is_alive() or not cls.answers():
            if time.time() > end:
                raise TimeoutError(f"the kernel did not answer in {STARTING_SECONDS} s")

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=True)

    @classmethod
    def answers(cls):
        cls.client.kernel_info()
        try:
            cls.client.get_iopub_msg(timeout=1)
            return True
        except queue.Empty:
            return False

    def run_cell(self, source):
        """Runs a cell; returns what it printed."""
        wanted = self.client.execute(source)
        printed = ""
        while True:
            message = self.client.get_iopub_msg(timeout=CELL_SECONDS)
            if message["parent_header"].get("msg_id") != wanted:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                printed += content["text"]
            self.assertNotEqual("error", message["msg_type"], content.get("evalue"))
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return printed.strip()

    def test_later_imports_keep_variables(self):
        """Up to JJava 1.0a7, an import set variables of earlier cells to null: github.com/dflib/jjava/issues/119."""
        self.run_cell("import java.util.*;")
        self.run_cell('List<String> first = new ArrayList<>(List.of("a"));')
        self.run_cell("record Pair(int x, int y) {}\nPair second = new Pair(1, 2);")
        self.run_cell("import java.util.stream.*;\nimport java.util.zip.*;")
        self.run_cell('import java.util.jar.*;\nvar third = new ArrayList<String>(List.of("b"));\nimport java.util.logging.*;')
        self.assertEqual("[a] Pair[x=1, y=2] [b]", self.run_cell('System.out.print(first + " " + second + " " + third);'))


if __name__ == "__main__":
    unittest.main()
