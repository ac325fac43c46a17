"""Write the list of findings in docs/diagnosis.md from the rules themselves, so that it can't go stale.

python tools/make_diagnosis.py            writes the list
python tools/make_diagnosis.py --check    writes nothing; exits with 1 where it is not up to date
"""

from __future__ import annotations

import sys
from pathlib import Path

from glassnet.diagnosis.rules import RULES

PAGE = Path(__file__).parents[1] / "docs" / "diagnosis.md"
START, END = "<!-- from the rules: tools/make_diagnosis.py -->\n", "<!-- end of the list -->\n"


def listed() -> str:
    """Write a section for each rule, in the order of causes."""
    return "\n".join(_section(number, rule) for number, rule in enumerate(RULES, 1))


def _section(number: int, rule: object) -> str:
    name, condition, source, explains = (getattr(rule, part) for part in ("name", "condition", "source", "explains"))
    purpose = str(getattr(rule, "check").__doc__).splitlines()[0].removeprefix("Tell ").rstrip(".")  # noqa: B009
    lines = [f"### {number}. `{name}`", "", f"{purpose[0].upper()}{purpose[1:]}.", "", f"- when: {condition}"]
    if explains:
        lines.append(f"- explains: {', '.join(f'`{other}`' for other in explains)}")
    if source:
        lines.append(f"- source: {source}")
    return "\n".join([*lines, ""])


def page(text: str) -> str:
    """Put the list into the page, in the place of the old one."""
    before, rest = text.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{listed()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if arguments == ["--check"]:
        return int(old != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
