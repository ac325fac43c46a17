"""The playground: data, a network and its training in the browser, on the real engine.

    set-up JSON ── Setup ── Material (rows) ── Prepared (what the engine gets) ── Run ── Session ── page

`rows` makes the playground's data in a program, as exported code does. It is loaded when it is first used: the server
is there before NumPy is.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glassnet.playground.making import rows as rows


def __getattr__(name: str) -> Any:
    if name == "rows":
        from glassnet.playground.making import rows

        return rows
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
