"""What holds for every test: English texts, no display, PyTorch and ONNX only where they are, reproducible examples."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal

# Before anything imports glassnet or matplotlib: texts in English whatever the machine speaks, figures into files.
os.environ["GLASSNET_LANG"] = "en"
os.environ["MPLBACKEND"] = "Agg"

import hypothesis
import pytest

# A shell that starts a job in the background lets it ignore Ctrl-C, and so would the programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# One run finds what another run finds: examples are derived from the test, not drawn anew. No deadline, because
# machines that run CI stall.
hypothesis.settings.register_profile("glassnet", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("glassnet")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that compare with PyTorch or ONNX, or need a browser, where there is none."""
    for package, name in {"torch": "PyTorch", "onnx": "ONNX"}.items():
        if importlib.util.find_spec(package) is None:
            skip = pytest.mark.skip(reason=f"{name} is not installed: pip install {package}")
            for item in items:
                if item.get_closest_marker(package):
                    item.add_marker(skip)
    if CHROMIUM is None or importlib.util.find_spec("playwright") is None:
        skip = pytest.mark.skip(reason="there is no browser: pip install playwright, and Chromium on the path")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window. Not for the whole session: as long as it lives, an event loop runs in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Without its sandbox, which containers in which tests run as root do not allow.
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
