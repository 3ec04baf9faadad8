"""Checks the links of a folder of pages: each leads to a file or a heading that is there, and no page fetches anything
from outside the folder.

    links.py FOLDER
"""

import html.parser
import re
import sys
import urllib.parse
from pathlib import Path

# What a browser fetches, or goes to without being asked.
FETCHING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "manifest", "ping"}


class Page(html.parser.HTMLParser):
    """The names that links can lead to, the links, and what the page fetches."""

    def __init__(self, text):
        super().__init__()
        self.names = set()
        self.links = []
        self.fetched = []
        self.style = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            value = (value or "").strip()
            if name == "id" or (name == "name" and tag == "a"):
                self.names.add(value)
            elif name == "href" and tag in ("a", "area"):
                self.links.append(value)
            elif name == "srcdoc":
                inner = Page(value)
                self.fetched += inner.fetched + inner.links
            elif name in FETCHING or name == "href":
                self.fetched.append(value.split()[0] if name == "srcset" and value else value)
            elif name == "style":
                self.fetched += urls(value)
            elif name == "content" and dict(attributes).get("http-equiv", "").lower() == "refresh":
                self.links.append(re.sub(r"^\d+\s*;\s*(?:url=)?", "", value, flags=re.IGNORECASE).strip("'\" "))
        self.style = tag == "style"

    def handle_endtag(self, tag):
        self.style = False

    def handle_data(self, data):
        if self.style:
            self.fetched += urls(data)


def urls(css):
    """What a style sheet fetches."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.findall(r"url\(\s*['\"]?([^)'\"]+)", css) + re.findall(r"@import\s+['\"]([^'\"]+)", css)


def problems(folder):
    """All broken rules, one sentence each."""
    folder = Path(folder).resolve()
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))}
    found = []
    for file, page in pages.items():
        where = file.relative_to(folder)
        for link in page.links:
            broken = broken_link(link, file, folder, pages)
            if broken:
                found.append(f'{where} links to "{link[:120]}", {broken}')
        found += [f"{where} {one}" for one in fetches(page.fetched, file, folder)]
    for file in sorted(folder.rglob("*.css")):
        found += [f"{file.relative_to(folder)} {one}" for one in fetches(urls(file.read_text(encoding="utf-8")), file, folder)]
    if not pages:
        found.append(f"{folder.name} has no pages; write some first")
    return found


def broken_link(link, file, folder, pages):
    """Why a link leads nowhere, or None."""
    if re.match(r"(https?|mailto):", link):
        return None
    path, _, name = link.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:|//", path, re.IGNORECASE):
        return "which is neither a page of the site nor a web address; write a relative link"
    target = resolved(path, file)
    if target is None or not target.exists():
        return "which is not there; correct the link or add the page"
    if folder not in (target, *target.parents):
        return "which is outside the site; link to the repository instead"
    name = urllib.parse.unquote(name)
    # The JDK's own pages have headings without names; nobody here can correct them.
    if "javadoc" in target.relative_to(folder).parts:
        return None
    if name and target in pages and name not in pages[target].names:
        return "and there is no such heading; correct what follows the #"
    return None


def fetches(addresses, file, folder):
    for address in addresses:
        if not address or address.startswith(("data:", "#")):
            continue
        target = None if re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE) else resolved(address, file)
        if target is None:
            yield f'fetches "{address[:120]}"; embed it or put it into the site'
        elif not target.exists() or folder not in target.parents:
            yield f'needs "{address[:120]}", which is not in the site; put it there'


def resolved(path, file):
    """The file that a relative path of a page leads to."""
    path = urllib.parse.unquote(path.partition("?")[0])
    if path.startswith("/"):
        return None
    if not path:
        return file
    target = (file.parent / path).resolve()
    return target / "index.html" if target.is_dir() else target


def main(folder):
    broken = problems(folder)
    print("\n".join(broken) or "all links lead somewhere, and nothing is fetched from outside")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
