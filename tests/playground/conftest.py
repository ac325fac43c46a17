"""A server that runs, clients that speak to it, and pages of it in a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.playground.client import Client, connected
from tests.playground.pages import until

from glassnet.playground.serving import Server
from glassnet.texts import set_language


@pytest.fixture(autouse=True)
def _language_of_the_tests() -> Iterator[None]:
    yield
    set_language(None)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server on a free port, in a thread."""
    made = Server(0)
    thread = threading.Thread(target=made.run, name="server of the tests")
    thread.start()
    yield made
    made.stop()
    thread.join(10)
    assert not thread.is_alive(), "the server does not end"


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client that has said hello."""
    with connected(server) as made:
        made.ask("hello")
        yield made


@pytest.fixture
def open_page(server: Server, browser: Any) -> Iterator[Callable[..., Any]]:
    """Open pages of the playground; at the end, none of them may have met an error.

    `open_page(path="", width=1280, height=800, dark=False, lang="en", ready=True)` gives a page of Playwright, by
    default once its first frame has come. Troubles with the text `forgiven` in them are what the test is about.
    """
    contexts: list[Any] = []
    troubles: list[str] = []

    def opened(
        path: str = "",
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        lang: str = "en",
        ready: bool = True,
        forgiven: str | None = None,
        **more: Any,
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale={"en": "en-US", "zh": "zh-CN"}[lang],
            **more,
        )
        contexts.append(context)
        page = context.new_page()

        def met(trouble: str) -> None:
            if forgiven is None or forgiven not in trouble:
                troubles.append(trouble)

        page.on("console", lambda said: met(f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: met(f"error of the page: {error}"))
        page.on("requestfailed", lambda request: met(f"failed: {request.url} {request.failure}"))
        page.on(
            "response",
            lambda response: met(f"{response.status}: {response.url}") if response.status >= 400 else None,
        )
        page.goto(server.url + path)
        if ready:
            until(page, "state.mounted && state.runs.main.frame?.epoch >= 0")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """A page at 1280 × 800, in English, whose first frame has come."""
    return open_page()
