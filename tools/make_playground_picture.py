"""Make the picture of the playground that the README shows: docs/images/playground.png.

    python tools/make_playground_picture.py

Needs Playwright, a Chromium and Pillow. The set-up and the epoch are fixed, and a run is the same to the bit wherever
the engine's instructions are the same; letters and lines are the browser's.
"""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from glassnet.playground.serving import Server

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "playground.png"
SETUP = "data.name=three_spirals&data.noise=0.05&model.activation=tanh,relu&epoch=400"
WIDTH, HEIGHT, SCALE = 1280, 800, 1.5
N_COLORS = 256
MOST_BYTES = 400_000
SEEN = """async () => {
    const { state } = (await import("/web/main.js")).playground.store;
    return Boolean(state.mounted) && state.runs.main.frame?.epoch === 400;
}"""


def main() -> int:
    """Open the page, wait for the epoch, save what is seen."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    server = Server(0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
            page.goto(f"{server.url}?lang=en#{SETUP}")
            _await(page)
            page.screenshot(path=PICTURE)
            browser.close()
    finally:
        server.stop()
        thread.join()
    with Image.open(PICTURE) as picture:
        few = picture.convert("RGB").quantize(N_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {size:,} bytes")
    return 0 if size < MOST_BYTES else 1


def _await(page: Page) -> None:
    """Wait for the epoch of the link, and for the pictures of its last frame; the pointer rests nowhere."""
    for _attempt in range(600):
        if page.evaluate(SEEN):
            break
        page.wait_for_timeout(50)
    else:
        raise SystemExit("the page did not come to its epoch within 30 seconds")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    sys.exit(main())
