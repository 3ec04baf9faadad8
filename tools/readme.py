"""Puts what it reads from standard input between <!-- NAME --> and <!-- end --> of README.md: readme.py NAME"""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def main():
    name, said = sys.argv[1], sys.stdin.read().strip()
    text = README.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(?=<!-- end -->)", re.DOTALL)
    if not said or len(place.findall(text)) != 1:
        sys.exit(f'limelight: README.md must have one place "<!-- {name} -->", and there must be something to say')
    README.write_text(place.sub(lambda found: f"{found.group(1)}{said}\n", text), encoding="utf-8")


if __name__ == "__main__":
    main()
