"""Puts standard input between <!-- NAME --> and <!-- end --> in docs/SETUP.md: setup_page.py NAME"""

import re
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "SETUP.md"


def main():
    name, replacement = sys.argv[1], sys.stdin.read().strip()
    text = PAGE.read_text(encoding="utf-8")
    section = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(?=<!-- end -->)", re.DOTALL)
    if not replacement or len(section.findall(text)) != 1:
        sys.exit(f'limelight: docs/SETUP.md must contain "<!-- {name} -->" once, and standard input must not be empty')
    PAGE.write_text(section.sub(lambda found: f"{found.group(1)}{replacement}\n", text), encoding="utf-8")


if __name__ == "__main__":
    main()
