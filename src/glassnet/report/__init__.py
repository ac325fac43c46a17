"""Findings made visible, on the terminal and as pictures.

    terminal.py         tables for a terminal, with Rich
    plan_text.py        what a training will do and why
    evaluation_text.py  how good a model is, beside the naive answer
    figures.py          pictures, with matplotlib's objects (no pyplot, no global state)
    lettering.py        which font the letters of a picture come from, and so which language they can have
    files.py            files that appear whole or not at all

This room draws; what it draws is computed elsewhere.
"""
