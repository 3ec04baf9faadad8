"""The plans of docs/TEACHING.md add up, and its table has all notebooks."""

import re
import unittest

import outputs
import teaching
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

TEXT = teaching.PAGE.read_text(encoding="utf-8")


class TeachingTest(unittest.TestCase):
    def test_the_minutes_of_each_plan_add_up(self):
        plans = re.findall(r"^## (\d+) minutes:.*?(?=^## )", TEXT, re.MULTILINE | re.DOTALL)
        self.assertEqual(plans, ["45", "90", "180"])
        for part in re.split(r"^## ", TEXT, flags=re.MULTILINE):
            if re.match(r"\d+ minutes:", part):
                minutes = [int(one) for one in re.findall(r"^\| (\d+) \|", part, re.MULTILINE)]
                self.assertEqual(sum(minutes), int(part.split()[0]), part.splitlines()[0])

    def test_each_notebook_has_a_row(self):
        rows = re.findall(r"^\| \[(\d\d)\]\(\.\./notebooks/([^)]+)\) \| \d+ min \| \d+ s \| [\d.]+ GB \|$", TEXT, re.MULTILINE)
        self.assertEqual([name for _, name in rows], outputs.names())

    def test_a_row_is_replaced_or_added_in_order(self):
        figure = new_output("display_data", data={"text/html": "<img src=x>"})
        notebook = new_notebook(cells=[new_markdown_cell("word " * 300), new_code_cell("x", outputs=[figure])])
        page = "before\n<!-- times -->\n| a |\n|---|\n<!-- end -->\nafter"
        for name, seconds in (("01-b", 61), ("00-a", 5), ("01-b", 79)):
            page = teaching.with_row(page, name, notebook, seconds, 810)
        self.assertEqual(
            page.splitlines()[4:6],
            ["| [00](../notebooks/00-a.ipynb) | 3 min | 10 s | 0.9 GB |", "| [01](../notebooks/01-b.ipynb) | 3 min | 80 s | 0.9 GB |"],
        )
        self.assertTrue(page.startswith("before\n") and page.endswith("<!-- end -->\nafter"))


if __name__ == "__main__":
    unittest.main()
