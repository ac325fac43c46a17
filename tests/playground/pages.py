"""Looking into a page of the playground, and waiting for what is to come true there.

Playwright's own `wait_for_function` takes the promise of an asynchronous function for true, and returns at once.
"""

from __future__ import annotations

import time
from typing import Any

PATIENCE = 30.0  # seconds


def within(page: Any, expression: str) -> Any:
    """Evaluate an expression in which `playground` is the page's own object, and `state` what its store holds."""
    return page.evaluate(
        'async () => { const { playground } = await import("/web/main.js"); const { state } = playground.store; '
        f"return {expression}; }}"
    )


def until(page: Any, expression: str, patience: float = PATIENCE) -> None:
    """Wait until such an expression is true."""
    end = time.monotonic() + patience
    while not within(page, expression):
        assert time.monotonic() < end, f"not within {patience} s: {expression}"
        page.wait_for_timeout(20)
