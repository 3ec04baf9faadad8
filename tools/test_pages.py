"""Breaks each rule for a page with a frame, and reads the policy that the page then has."""

import html
import unittest

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

import pages

SCRIPT = "document.title = 'a & b';"
INNER = (
    '<head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src HASH"></head>'
    '<body><img src="data:image/png;base64,AA" alt="a dot"><script type="application/json">{"a": 1}</script><script>SCRIPT</script></body>'
)


def frame(inner=INNER, attributes='sandbox="allow-scripts" title="x"'):
    inner = inner.replace("HASH", pages.digest(SCRIPT)).replace("SCRIPT", SCRIPT)
    return f"<div><iframe {attributes} srcdoc='{html.escape(inner)}'></iframe></div>"


class PagesTest(unittest.TestCase):
    def refused(self, words, page):
        with self.assertRaises(pages.BadPage) as caught:
            pages.check(page)
        self.assertIn(words, str(caught.exception))

    def test_a_frame_with_its_own_script_is_a_good_page(self):
        pages.check("<p>before</p>" + frame() + "<p>after</p>")

    def test_scripts_stay_in_frames(self):
        self.refused("script(s) in the page", frame() + "<script>1</script>")

    def test_a_frame_is_a_sandbox(self):
        self.refused("not a sandbox", frame(attributes=""))
        self.refused("not a sandbox", frame(attributes='sandbox="allow-scripts allow-same-origin"'))
        self.refused("not a sandbox", frame(INNER.replace("</body>", "<iframe srcdoc='x'></iframe></body>")))

    def test_a_frame_allows_no_other_script_and_no_network(self):
        self.refused("policy", frame(INNER.replace("SCRIPT", "alert(1)")))
        self.refused("policy", frame(INNER.replace("default-src 'none'; ", "")))
        self.refused("would fetch", frame(INNER.replace("data:image/png;base64,AA", "https://example.org/x.png")))
        self.refused("alternative text", frame(INNER.replace(' alt="a dot"', "")))
        self.refused("would fetch", '<iframe src="https://example.org/"></iframe>')

    def test_the_page_allows_the_scripts_of_its_frames(self):
        def notebook(*outputs):
            cells = [new_code_cell("x", outputs=[new_output("display_data", data={"text/html": one}) for one in outputs])]
            return nbformat.from_dict(new_notebook(cells=cells))

        self.assertEqual(pages.allowed(notebook("<p>42</p>")), "")
        self.assertEqual(pages.allowed(notebook(frame(), "<p>42</p>", frame())), f"; script-src {pages.digest(SCRIPT)}")


if __name__ == "__main__":
    unittest.main()
