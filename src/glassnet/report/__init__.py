"""Findings made visible, on the terminal and as pictures.

    terminal.py         tables for a terminal, with Rich
    plan_text.py        what a training will do and why
    evaluation_text.py  how good a model is, beside the naive answer
    figures.py          pictures of a training: loss curves, confusions, doubts
    curves.py           pictures of the catalog: curves of activations, losses, initializers, schedules
    activation_panels.py, loss_panels.py, other_panels.py    what is shown of an entry, by kind
    panels.py           a figure of one or two panels; direct_labels.py sets words where they cover nothing
    formulas.py         formulas drawn as outlines; numerals.py numbers
    pictures.py         `glassnet.plot` and what it returns; cards.py what notebooks show of an entry
    sheet.py            what all pictures share: ink, titles, files (matplotlib's objects, no pyplot, no global state)
    lettering.py        which font the letters of a picture come from, and so which language they can have
    files.py            files that appear whole or not at all

This room draws; what it draws is computed elsewhere.
"""
