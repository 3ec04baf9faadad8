"""Breaks each rule of links.py once, in a small folder of pages."""

import tempfile
import unittest
from pathlib import Path

import links

GOOD = """<!DOCTYPE html><title>x</title><h1 id="top">Top</h1>
<a href="docs/a.html#part">a</a> <a href="#top">top</a> <a href="docs/">docs</a> <a href="https://example.org/x">out</a>
<img src="data:image/png;base64,AA" alt="x"><link rel="stylesheet" href="style.css">"""


class LinksTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name) / "site"
        (self.folder / "docs").mkdir(parents=True)
        self.write("index.html", GOOD)
        self.write("docs/index.html", '<a href="../index.html">home</a>')
        self.write("docs/a.html", '<h2 id="part">Part</h2><a href="../index.html#top">home</a>')
        self.write("style.css", "/* url(https://example.org/comment) */ p { background: url(data:image/png;base64,AA) }")
        (self.folder.parent / "outside.html").write_text("<p>outside</p>")

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def breaks(self, html, words, name="index.html"):
        self.write(name, GOOD + html if name.endswith("index.html") else html)
        found = links.problems(self.folder)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])
        self.assertTrue(found[0].startswith(f"{name} "), found[0])

    def test_good_pages_have_no_problem(self):
        self.assertEqual(links.problems(self.folder), [])

    def test_links_lead_somewhere(self):
        self.breaks('<a href="docs/b.html">b</a>', "not there")
        self.breaks('<a href="docs/a.html#nowhere">b</a>', "no such heading")
        self.breaks('<a href="#nowhere">b</a>', "no such heading")
        self.breaks('<a href="/docs/a.html">b</a>', "not there")
        self.breaks('<a href="../outside.html">b</a>', "outside the site")
        self.breaks('<a href="file:///tmp/x.html">b</a>', "neither a page")
        self.breaks('<meta http-equiv="refresh" content="0;URL=\'b.html\'">', "not there")

    def test_nothing_is_fetched(self):
        for html in (
            '<img src="https://example.org/x.png" alt="x">',
            '<img srcset="//example.org/x.png 2x" src="data:,x" alt="x">',
            '<script src="https://example.org/x.js"></script>',
            '<link rel="stylesheet" href="https://example.org/x.css">',
            '<p style="background: url(https://example.org/x.png)">x</p>',
            "<style>@import 'https://example.org/x.css';</style>",
            '<iframe srcdoc="<img src=https://example.org/x.png>"></iframe>',
        ):
            self.breaks(html, "fetches")
        self.breaks('<img src="x.png" alt="x">', "is not in the site")

    def test_nothing_is_fetched_by_a_style_sheet(self):
        self.breaks("p { background: url('https://example.org/x.png') }", "fetches", "style.css")

    def test_a_folder_without_pages_is_a_problem(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertIn("has no pages", links.problems(empty)[0])


if __name__ == "__main__":
    unittest.main()
