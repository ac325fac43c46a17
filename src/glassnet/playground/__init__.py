"""The playground: data, a network and its training in the browser, on the real engine.

    set-up JSON ── Setup ── Material (rows) ── Prepared (what the engine gets) ── Run ── Session ── page

`rows` makes the playground's data in a program, as exported code does.
"""

from glassnet.playground.making import rows as rows
