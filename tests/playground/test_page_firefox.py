"""The page in Firefox: it opens without an error, trains, is drawn, and is solved; the rest is tested in Chromium."""

from __future__ import annotations

import pytest
from tests.playground import firefox

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(firefox.PROGRAM is None, reason="there is no Firefox"),
]

STATE = '(await import("/web/main.js")).playground.store.state'
PLAY = "document.querySelector('[data-act=play]:enabled')"
# The share of the plane's picture that is not of its first pixel's color: nothing is drawn where it is 0.
DRAWN = """(() => {
    const canvas = document.querySelector("#plane canvas");
    const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return pixels.reduce((others, pixel) => others + (pixel !== pixels[0]), 0) / pixels.length;
})()"""


def of_state(expression: str) -> str:
    return f"(async () => {{ const state = {STATE}; return {expression}; }})()"


@pytest.mark.parametrize(("path", "width"), [("?lang=en", 1280), ("?lang=zh", 390)])
def test_the_page_opens_trains_and_solves_the_spiral(server, tmp_path, path, width):
    with firefox.firefox(tmp_path) as page:
        page.open(server.url + path, width)
        page.wait_for(of_state("state.runs.main.frame !== null"))
        page.wait_for(f"{PLAY} !== null")
        page.press(" ")
        page.wait_for(of_state("state.runs.main.frame.test_score > 0.95"), seconds=60)
        page.wait_for(f"{DRAWN} > 0.2")
        assert page.troubles == []
