"""The playground: data, a network and its training in the browser, on the real engine.

    set-up JSON ── Setup ── Material (rows) ── Prepared (what the engine gets) ── Run ── Session ── page

`rows` and its siblings make the playground's data in a program, as exported code does.
"""
