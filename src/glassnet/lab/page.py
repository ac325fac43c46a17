"""All results as one page that needs no other file: claims, verdicts, figures, in the language in use."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from glassnet.lab.drawing import figure_of
from glassnet.lab.experiment import VERDICTS
from glassnet.lab.result import VERDICT_TEXTS, Result
from glassnet.report.lettering import vector_lettering
from glassnet.report.web.page import picture, render
from glassnet.texts import _, plural

CLASSES = {"holds": "holds", "holds in part": "part", "does not hold": "fails"}


def html_page(results: Sequence[Result]) -> str:
    """Write the page.

    Parameters
    ----------
    results : sequence of Result
        In the order in which they are shown.

    Returns
    -------
    str
        HTML with its style and its figures (SVG) in it; nothing is fetched when it is opened.

    Examples
    --------
    >>> import glassnet as gn
    >>> page = html_page([gn.lab.run("affine-collapse", quick=True)])
    >>> "affine-collapse" in page, "<svg" in page, "http://" in page.replace("http://www.w3.org", "")
    (True, True, False)
    """
    counts = [
        {
            "kind": CLASSES[verdict],
            "n": sum(result.verdict == verdict for result in results),
            "text": _(VERDICT_TEXTS[verdict]),
        }
        for verdict in VERDICTS
    ]
    return render(
        "lab.html",
        title=_("Claims about neural networks, put to the test"),
        lead=plural(
            "{n} claim that textbooks and articles make about fully connected networks, as an experiment: the rule was "
            "written before the run, and a claim that does not hold is a result.",
            "{n} claims that textbooks and articles make about fully connected networks, each as an experiment: the "
            "rule was written before the run, and a claim that does not hold is a result.",
            len(results),
        ).format(n=len(results)),
        words=_words(),
        counts=[count for count in counts if count["n"]],
        results=[_shown(result) for result in results],
        command="glassnet lab run " + (results[0].name if len(results) == 1 else "all") + _options(results),
    )


def _shown(result: Result) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # whoever looks at the page has the letters
        figure = picture(figure_of(result.experiment, result.measured, vector_lettering()), _(result.experiment.shows))
    return {
        "name": result.name,
        "row": result.row,
        "kind": CLASSES[result.verdict],
        "verdict": _(VERDICT_TEXTS[result.verdict]),
        "claim": capitalized(result.claim),
        "source": result.source,
        "sentence": capitalized(result.sentence),
        "setup": result.setup,
        "rule": result.rule,
        "circumstances": result.circumstances,
        "cautions": [capitalized(text) for text in result.cautions],
        "numbers": result.numbers_shown(),
        "figure": figure,
    }


def capitalized(text: str) -> str:
    """Begin with a capital letter, unless the text begins with a formula.

    Examples
    --------
    >>> capitalized("one perceptron"), capitalized("e^1000 overflows")
    ('One perceptron', 'e^1000 overflows')
    """
    return text[:1].upper() + text[1:] if text[:2].isalpha() or text[1:2] == " " else text


def _words() -> dict[str, str]:
    """Words of the template, in the language in use."""
    return {
        "source": _("Source"),
        "setup": _("How it was tested"),
        "rule": _("Rule, written before the run"),
        "cautions": _("To bear in mind"),
        "numbers": _("Numbers"),
        "what": _("what"),
        "number": _("number (95% interval)"),
        "command": _("The same numbers again"),
        "contents": _("Contents"),
        "articles": _(
            "The articles: A, activation and loss functions, and a derivation of softmax with cross-entropy; B, fully "
            "connected networks, part 1; C, activation and loss functions in PyTorch; D, notes on softmax in cs231n; "
            "E, the most overlooked basics, part 2."
        ),
    }


def _options(results: Sequence[Result]) -> str:
    """What has to stand after the command to get these results again (but for a table of one's own)."""
    options = ""
    if any(result.quick for result in results):
        options += " --quick"
    if any(result.random_state for result in results):
        options += f" --seed {results[0].random_state}"
    standard = [result.experiment.seeds[result.quick] == result.n_seeds for result in results]
    return options + ("" if all(standard) else f" --seeds {results[0].n_seeds}")
