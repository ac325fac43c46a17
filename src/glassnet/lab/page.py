"""All results as one page that needs no other file: claims, verdicts, figures, in the language in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glassnet.lab.experiment import VERDICTS
from glassnet.lab.result import VERDICT_TEXTS, Result
from glassnet.texts import _, language, plural

TEMPLATE = Path(__file__).with_name("page.html")
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
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    counts = [
        {
            "kind": CLASSES[verdict],
            "n": sum(result.verdict == verdict for result in results),
            "text": _(VERDICT_TEXTS[verdict]),
        }
        for verdict in VERDICTS
    ]
    return template.render(
        language="zh-Hans" if language() == "zh" else language(),
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
    return {
        "name": result.name,
        "row": result.row,
        "kind": CLASSES[result.verdict],
        "verdict": _(VERDICT_TEXTS[result.verdict]),
        "claim": result.claim,
        "source": result.source,
        "sentence": result.sentence,
        "setup": result.setup,
        "rule": result.rule,
        "circumstances": result.circumstances,
        "numbers": result.numbers_shown(),
        "figure": inline_svg(result.plot().svg(), result.name),
        "caption": _(result.experiment.shows),
    }


def _words() -> dict[str, str]:
    """Words of the template, in the language in use."""
    return {
        "source": _("Source"),
        "setup": _("How it was tested"),
        "rule": _("Rule, written before the run"),
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


def inline_svg(svg: str, name: str) -> str:
    """Prepare a picture to stand in a page beside others: as wide as there is room, with identifiers of its own.

    Examples
    --------
    >>> inline_svg('<?xml?><svg width="9pt" height="4pt" viewBox="0 0 9 4"><g id="a"/></svg>', "xor")
    '<svg role="img" viewBox="0 0 9 4"><g id="xor-a"/></svg>'
    """
    svg = svg[svg.index("<svg") :].strip()
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(?:width|height)="[^"]*"', "", head).replace("<svg", '<svg role="img"', 1)
    svg = f"{head}>{rest}"
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return re.sub(r'(\bid="|url\(#|href="#)', lambda found: f"{found[0]}{name}-", svg)
