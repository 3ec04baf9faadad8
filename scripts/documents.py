"""Tries the artefacts, links and commands of README.md and docs/*.md; see check_documents.sh.

    python documents.py CHECKOUT FOLDER
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

OWN = "dev.limelight"
# Names that stand for something of the reader's.
PLACEHOLDERS = ("example.org", "host:", "localhost", "OWNER")
# A coordinate: group:artifact:version, and perhaps a classifier after it.
COORDINATE = re.compile(r"\b([a-z][\w-]*(?:\.[\w-]+)+):([a-z][\w.-]*)(?::(\d[\w.-]*))?(?::([a-z][\w-]*))?(?![\w/])")
DEPENDENCY = re.compile(
    r"<groupId>([\w.-]+)</groupId>\s*<artifactId>([\w.-]+)</artifactId>\s*<version>([\w.-]+)</version>()"
)
LINK = re.compile(r"https?://[^\s)>`\"']+")
MARKDOWN_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
INLINE = re.compile(r"`((?:limelight|mvn|\./lab|scripts/[\w.]+|binder/[\w.]+)(?: [^`\n]*)?)`")
PROGRAMS = re.compile(r"(?:[A-Z_]+=\S+ )?(?:limelight|mvn|git|java|npm|pip|python|rm|spark-submit|\./\S+|scripts/\S+|binder/\S+)(?: |$)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def ok(self, text):
        self.passed += 1
        print(f"ok: {text}", flush=True)

    def bad(self, text):
        self.failed += 1
        print(f"FAILED: {text}", flush=True)

    @staticmethod
    def skip(text):
        print(f"skipped: {text}", flush=True)

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return self.failed == 0


def repositories(root):
    """The addresses of the repositories that Maven asks here."""
    command = ["mvn", "-B", "-ntp", "-N", "dependency:list-repositories"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    found = re.findall(r"\((https?://[^\s,)]+)", done.stdout)
    if not found:
        sys.exit(f"Maven names no repository:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return list(dict.fromkeys(address.rstrip("/") for address in found))


def answers(address):
    """The status of an address, or None without a connection."""
    for method in ("HEAD", "GET"):
        try:
            request = urllib.request.Request(address, method=method, headers={"User-Agent": "limelight-documents"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            if method == "GET" or error.code in (404, 410):
                return error.code
        except (urllib.error.URLError, OSError):
            return None
    return None


def check_coordinate(checks, where, coordinate, places):
    group, artifact, version, classifier = coordinate
    name = ":".join(part for part in coordinate if part)
    folder = f"{group.replace('.', '/')}/{artifact}"
    if version is None:
        file = f"{folder}/maven-metadata.xml"
    elif classifier is None:
        file = f"{folder}/{version}/{artifact}-{version}.pom"
    else:
        file = f"{folder}/{version}/{artifact}-{version}-{classifier}.jar"
    statuses = [answers(f"{place}/{file}") for place in places]
    if 200 in statuses:
        checks.ok(f"{where}: {name}")
    elif all(status is None for status in statuses):
        checks.skip(f"{where}: {name}: no repository can be reached")
    else:
        checks.bad(f"{where}: no repository of Maven has {name}")


def check_link(checks, where, link):
    status = answers(link)
    if status is None:
        checks.skip(f"{where}: {link} cannot be reached from here")
    elif status in (404, 410):
        checks.bad(f"{where}: {link} answers {status}")
    elif status == 200:
        checks.ok(f"{where}: {link}")
    else:
        checks.skip(f"{where}: {link} answers {status} to programs")


def commands(text):
    """The commands of the blocks that are no Java, one a line, without comments."""
    found = []
    for language, block in BLOCK.findall(text):
        if language not in ("", "bash", "sh"):
            continue
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            line = re.sub(r"\s+#.*$|^#.*$", "", line).strip()
            if PROGRAMS.match(line):
                found.append(" ".join(line.split()))
    return found


def reader_files(root, work):
    """A folder with the files that the README's commands name: a small network, photos and labels."""
    fixtures = root / "lib/core/src/test/resources/fixtures"
    photos = sorted((root / "notebooks/data/photos").glob("*.jpg"))
    for name, target in {
        "tiny-resnet-symbol.json": "resnet50-symbol.json",
        "tiny-resnet-0000.params": "resnet50-0000.params",
        "tiny-resnet.onnx": "net.onnx",
        "tiny-resnet-traced.pt": "net.pt",
    }.items():
        shutil.copy(fixtures / name, work / target)
    shutil.copy(photos[0], work / "cat.jpg")
    (work / "photos").mkdir()
    for photo in photos[:3]:
        shutil.copy(photo, work / "photos")
    (work / "classes.txt").write_text("circle\nsquare\ntriangle\ncross\n")


def check_limelight(checks, where, command, root, work, run):
    """Runs a command of ours if its files are here, and compares its options with the help otherwise."""
    environment = dict(os.environ, PATH=f"{root / 'lib/cli/target/limelight/bin'}{os.pathsep}{os.environ['PATH']}")
    words = shlex.split(re.sub(r" < .*$", "", command))
    if run and not any(word.startswith(("hdfs:", "s3a:", "spark:")) for word in words):
        done = subprocess.run(["bash", "-c", command], cwd=work, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            checks.ok(f"{where}: {command}")
        else:
            checks.bad(f"{where}: {command}: {done.stderr.strip()[-300:]}")
        return
    names = [word for word in words[1:2] if not word.startswith("-")]
    options = [word.split("=")[0] for word in words if word.startswith("--")]
    done = subprocess.run(["limelight", *names, "--help"], env=environment, capture_output=True, text=True)
    missing = [option for option in options if not re.search(re.escape(option) + r"\b", done.stdout)]
    if done.returncode != 0 or missing:
        checks.bad(f"{where}: {command}: {', '.join(missing) or 'there is no such command'}")
    else:
        checks.ok(f"{where}: {command} (its options)")


def check_command(checks, where, command, root, work, run):
    command = re.sub(r"^[A-Z_]+=\S+ ", "", command)
    first = command.split()[0]
    if first == "limelight":
        check_limelight(checks, where, command, root, work, run)
    elif first.startswith(("./", "scripts/", "binder/", "tools/")):
        script = root / first
        if not os.access(script, os.R_OK if first.endswith(".py") else os.X_OK):
            checks.bad(f"{where}: {first} is no program of the checkout")
        elif len(command.split()) > 1 and not re.search(rf"\b{re.escape(command.split()[1].lstrip('-'))}\b", script.read_text()):
            checks.bad(f"{where}: {first} knows no {command.split()[1]}")
        else:
            checks.ok(f"{where}: {command} (is there)")
    elif first == "mvn":
        # The profiles and modules, without building them.
        words = [word for word in shlex.split(command) if word not in ("package", "install", "verify", "deploy", "test", "-q")]
        done = subprocess.run([*words, "validate"], cwd=root, capture_output=True, text=True)
        if done.returncode == 0 and "could not be activated" not in done.stdout:
            checks.ok(f"{where}: {command} (its profiles and modules)")
        else:
            checks.bad(f"{where}: {command}: {done.stdout.strip()[-300:]}")
    else:
        checks.skip(f"{where}: {command}")


def main(root, work):
    checks = Checks()
    places = repositories(root)
    reader_files(root, work)
    seen = set()
    files = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").glob("*.md"))]
    # This page first: its artefacts are the largest, and the easiest to get wrong.
    files.sort(key=lambda file: file.name != "GPU.md")
    for file in files:
        where = file.relative_to(root)
        text = file.read_text()
        for coordinate in (match.groups() for form in (COORDINATE, DEPENDENCY) for match in form.finditer(LINK.sub("", text))):
            coordinate = tuple(part or None for part in coordinate)
            if coordinate[0].startswith(OWN) or coordinate in seen:
                continue
            seen.add(coordinate)
            check_coordinate(checks, where, coordinate, places)
        for link in (link.rstrip(".,;:") for link in LINK.findall(text)):
            if link in seen or any(placeholder in link for placeholder in PLACEHOLDERS):
                continue
            seen.add(link)
            check_link(checks, where, link)
        for target in MARKDOWN_LINK.findall(re.sub(r"`[^`\n]*`", "", BLOCK.sub("", text))):
            if not target.startswith("http") and not (file.parent / target).exists():
                checks.bad(f"{where}: links to {target}, which is not there")
        for command in commands(text):
            check_command(checks, where, command, root, work, file.name in ("README.md", "COMMAND_LINE.md"))
        for command in dict.fromkeys(INLINE.findall(BLOCK.sub("", text))):
            # A word in capitals stands for something.
            if not re.search(r" [A-Z]+(?: |$)", command):
                check_command(checks, where, command.strip(), root, work, False)
    return checks.close()


if __name__ == "__main__":
    sys.exit(0 if main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])) else 1)
