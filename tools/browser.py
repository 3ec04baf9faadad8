"""The browser of this machine, headless."""

import os
import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser():
    """The program named by LIMELIGHT_BROWSER, or an installed browser, or None."""
    named = os.environ.get("LIMELIGHT_BROWSER")
    return next((found for name in ([named] if named else BROWSERS) if (found := shutil.which(name))), None)


def arguments(program, profile):
    return [
        program, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}",
    ] + (["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else [])
