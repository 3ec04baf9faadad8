"""Breaks each rule of outputs.py once, in a notebook in memory, and checks that it is reported."""

import copy
import unittest

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import outputs

NAMES = ["00-first.ipynb", "01-second.ipynb", "02-third.ipynb"]
PIXEL = "data:image/jpeg;base64," + "A" * 60
END = """## What this does not show

- Much.

## Exercises

1. One?
   <details><summary>Answer</summary><p>Yes.</p></details>

2. Two?
   <details><summary>Answer</summary><pre>show(2);</pre></details>

3. Three?
   <details><summary>Answer</summary><p>No.</p></details>

Previous: [00 First](00-first.ipynb) · Next: [02 Third](02-third.ipynb) · [00 First](00-first.ipynb)"""


def shown(words="42", kind="text/html", **more):
    return new_output("display_data", data={kind: words, "text/plain": "42", **more})


def code(source, *cell_outputs, cell_tags=()):
    cell = new_code_cell(source, execution_count=1, metadata={"tags": list(cell_tags)})
    if "check" in cell_tags:
        cell.metadata["jupyter"] = {"source_hidden": True}
    cell.outputs = [nbformat.from_dict(one) for one in cell_outputs]
    return cell


def notebook():
    """A notebook that breaks no rule; tests replace cell 2 to break one."""
    numbers = [{"label": name, "value": "1"} for name in "abc"]
    facts = {outputs.FACTS: {"kind": "summary", "answer": "Yes.", "numbers": numbers}}
    made = new_notebook(
        cells=[
            new_markdown_cell("# Second: is it right?"),
            code("show(42);", shown()),
            new_markdown_cell("## The answer in three numbers"),
            code('show(summary("Yes.").number("a", "%d", 1));', shown(**facts)),
            new_markdown_cell(END),
        ],
        metadata={"kernelspec": dict(outputs.KERNELSPEC), "limelight": {"question": "Is it right?"}},
    )
    return nbformat.from_dict(made)


class OutputsTest(unittest.TestCase):
    def problems(self, changed, name=NAMES[1]):
        return outputs.problems(changed, name, NAMES)

    def breaks(self, words, change, name=NAMES[1]):
        changed = notebook()
        change(changed)
        found = self.problems(changed, name)
        self.assertTrue(any(words in one for one in found), f'nothing says "{words}": {found}')
        for one in found:
            self.assertTrue(one.startswith(f"{name}: ") and one.endswith(".") and "; " in one, one)

    def cell(self, words, cell):
        self.breaks(words, lambda changed: changed.cells.__setitem__(1, cell))

    def last(self, words, old, new, name=NAMES[1]):
        self.assertIn(old, END)

        def change(changed):
            changed.cells[-1].source = END.replace(old, new)

        self.breaks(words, change, name)

    def test_a_good_notebook_breaks_nothing(self):
        self.assertEqual([], self.problems(notebook()))

    def test_kernel_and_question(self):
        self.breaks("kernelspec", lambda n: n.metadata.kernelspec.update(name="java17"))
        self.breaks("question", lambda n: n.metadata.limelight.clear())

    def test_long_cells_and_lines(self):
        self.cell("13 lines", code("\n".join("int a%d;" % i for i in range(13))))
        self.cell("101 characters", code("x" * 101))
        self.assertEqual([], list(outputs.cells(new_notebook(cells=[code("int a;\n" * 12 + "\n")]))))
        self.assertEqual([], list(outputs.cells(new_notebook(cells=[code("int a;\n" * 19, cell_tags=["check"])]))))

    def test_imports_and_locale(self):
        self.cell("imports", code("import java.util.List;"))
        self.cell("imports", code("%maven a:b:1"))
        self.cell("format", code('String.format("%.1f", 1.0)'))
        self.cell("format", code('"%.1f".formatted(1.0)'))
        self.assertEqual([], list(outputs.cells(new_notebook(cells=[code('String.format(Locale.ROOT, "%d", 1)')]))))

    def test_one_engine(self):
        self.cell("the engine mxnet", code('Model m = network.newModel("a", EngineName.MXNET);'))
        self.cell("the engine pytorch", code('NDManager m = NDManager.newBaseManager("PyTorch");'))
        both = code("EngineDevices.of(network, EngineName.MXNET, EngineName.PYTORCH);")
        self.assertEqual([], list(outputs.cells(new_notebook(cells=[both]))))

    def test_object_ids(self):
        for words in ("java.lang.Object@1a2b3c4d", "[F@5e91993f", "Heatmap@3f2a", "dev.limelight.Explainer@6b2fad11"):
            self.cell("an object id", code("show(1);", shown(words)))
        self.cell("an object id", code("1", new_output("execute_result", data={"text/plain": "Foo@1a2b3c"}, execution_count=1)))

    def test_hashed_class_names(self):
        for words in ("REPL.$JShell$12$Foo", "Main$$Lambda$14/0x0000000800c03000", "REPL.$JShell$11B", "Outer$1"):
            self.cell("a hashed class name", code("show(1);", shown(words)))

    def test_absolute_paths(self):
        for words in ("/home/me/model", "file:/x/y.jar", "C:\\models\\a", "read /tmp/a.png"):
            self.cell("an absolute path", code("show(1);", shown(words)))

    def test_text_that_only_looks_like_an_id_or_path(self):
        for words in ("me@example.org", "map at 0.25 of data/photos/a.jpg", "5 $ a piece", "cats/dogs", "out/tmp/x"):
            self.assertEqual([], list(outputs.outputs(new_notebook(cells=[code("show(1);", shown(words))]))), words)
        picture = f'<img src="{PIXEL}/home/Foo@1a2b3c4d" alt="a">'.replace("@1a2b3c4d", "+1a2b")
        self.assertEqual([], list(outputs.outputs(new_notebook(cells=[code("show(1);", shown(picture))]))))

    def test_standard_error_and_errors(self):
        stderr = new_output("stream", name="stderr", text="WARN\n")
        self.cell("standard error", code("f();", stderr))
        self.cell("error", code("f();", new_output("error", ename="E", evalue="e", traceback=[])))
        self.assertEqual([], list(outputs.outputs(new_notebook(cells=[code("f();", stderr, cell_tags=["stderr"])]))))

    def test_missing_outputs(self):
        self.cell("has no output", code("show(42);"))
        self.cell("has no output", code('check(true, "a");', cell_tags=["check"]))

    def test_checks_are_collapsed(self):
        open_check = code('check(true, "a");', shown(), cell_tags=["check"])
        self.assertEqual([], list(outputs.cells(new_notebook(cells=[open_check]))))
        del open_check.metadata["jupyter"]
        self.cell("a check that JupyterLab does not collapse", open_check)
        self.cell("was not run", new_code_cell("int a = 1;"))

    def test_live_displays(self):
        same = shown("<b>loss</b>")
        self.cell("twice", code("show(1);", same, copy.deepcopy(same)))
        self.cell("twice", code("show(1);", *(shown(w) | {"transient": {"display_id": "a"}} for w in "xy")))
        self.cell("an update", code("show(1);", shown() | {"output_type": "update_display_data"}))
        self.cell("never ended", code("show(1);", shown('<span aria-hidden="true">…</span> training')))
        self.assertEqual(1, len(list(outputs.live([(1, "a"), (2, "b"), (3, "a")]))))
        self.assertEqual([], list(outputs.live([(1, "a"), (1, "b")])))

    def test_pictures(self):
        self.cell("without alternative text", code("show(1);", shown(f'<img width="9" src="{PIXEL}">')))
        self.cell("without alternative text", code("show(1);", shown(f'<img width="9" alt=" " src="{PIXEL}">')))
        self.cell("without a width", code("show(1);", shown(f'<img width="0" alt="a" src="{PIXEL}">')))
        self.cell("without a width", code("show(1);", shown('<img width="9" alt="a" src="">')))
        self.cell("a bare image/png", code("show(1);", shown("iVBORw0KGgo=", "image/png")))
        self.breaks("without alternative text; write it", lambda n: n.cells.append(new_markdown_cell("![](data/a.png)")))
        self.breaks("which does not exist", lambda n: n.cells.append(new_markdown_cell("![a](data/nothing.png)")))

    def test_figures_are_followed_by_text(self):
        figure = code("show(1);", shown(f'<img width="9" alt="a" src="{PIXEL}">'))
        self.cell("a heading follows", figure)

        def after(*between):
            return list(outputs.figures(new_notebook(cells=[figure, *between, new_markdown_cell("## Next")])))

        self.assertEqual(1, len(after(code("check();", shown(), cell_tags=["check"]))))
        self.assertEqual(1, len(after(new_markdown_cell("It is red.\n\n![a](data/photos/chelsea.png)"))))
        self.assertEqual([], after(new_markdown_cell("It is red.")))
        self.assertEqual([], after(code("check();", shown(), cell_tags=["check"]), new_markdown_cell("It is red.")))

    def test_retired_words(self):
        self.breaks('says "told by"', lambda n: n.cells[2].update(source="## The answer in three numbers\n\ntold\nby"))
        self.cell('says "spoke for"', code('show("What spoke for it");', shown()))
        self.assertEqual([], list(outputs.words(new_notebook(cells=[code("int surest = 1;")]))))

    def test_nbconvert(self):
        self.cell("Alternative text is missing", code("show(1);", shown(f'<img width="9" src="{PIXEL}">')))
        half = notebook()
        half.cells[3].pop("outputs")
        self.assertIn("cannot convert", list(outputs.converts(half))[0])

    def test_size(self):
        self.cell("MB", code("show(1);", shown("x" * 1_500_001)))

    def test_sections(self):
        self.breaks("begin with #", lambda n: n.cells[0].update(source="Second"))
        self.breaks("answer in three numbers", lambda n: n.cells[2].update(source="## What was found"))
        self.last("What this does not show", "## What this does not show", "## Limits")
        self.last("Exercises", "## Exercises", "## Homework")
        self.breaks("wrong order", lambda n: n.cells.insert(1, new_markdown_cell("## Exercises")))

    def test_exercises(self):
        self.last("3 exercises and 2 folded", "<details><summary>Answer</summary><p>No.</p></details>", "No.")
        self.last("3 exercises and 2 folded", "<p>No.</p>", "<p></p>")
        self.last("4 exercises and 3 folded", "\n\nPrevious", "\n\n4. Four?\n\nPrevious")

    def test_summary(self):
        self.breaks("without a summary", lambda n: n.cells[3].outputs[0].data.pop(outputs.FACTS))
        self.breaks("2 numbers", lambda n: n.cells[3].outputs[0].data[outputs.FACTS]["numbers"].pop())

    def test_navigation(self):
        self.last('"Previous: [00', "Previous: [00 First](00-first.ipynb)", "Before: [00 First](00-first.ipynb)")
        self.last('"Next: [02', "Next: [02 Third](02-third.ipynb)", "Next: [02 Third](00-first.ipynb)")
        self.last('"Next: [02', "Next: [02 Third]", "Next: [03 Third]")
        navigation = END.splitlines()[-1]
        self.last("does not link to 00", navigation, "Previous: [01 Second](01-second.ipynb)", NAMES[2])
        self.last('says "Previous: "', "Previous", "Previous", NAMES[0])
        self.last('says "Next: "', "Next", "Next", NAMES[2])
        self.last("which does not exist", "- Much.", "- See [04](04-gone.ipynb).")


if __name__ == "__main__":
    unittest.main()
