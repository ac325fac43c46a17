"""Write docs/articles/what-textbooks-get-wrong.md, in both languages, from a recorded run of the lab.

    python tools/make_lab_page.py               write the pages anew from the recorded numbers
    python tools/make_lab_page.py --run         run the experiments that are not recorded yet, first
    python tools/make_lab_page.py --run dead-relu xor      these, anew
    python tools/make_lab_page.py --check       write nothing; exit code 1 if a page is not what the record says

The record, docs/articles/lab/results.json, holds numbers and how they came about, of two runs: the second one with
seeds of its own, which nothing was adjusted by.
Verdicts and sentences are made from the numbers by the experiments themselves, so no number on the page is typed by
hand, and a rule that changes changes the page.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from glassnet import lab
from glassnet.lab.experiment import Experiment, Verdict
from glassnet.lab.result import VERDICT_TEXTS
from glassnet.texts import _, set_language

ARTICLES = Path(__file__).parents[1] / "docs" / "articles"
FOLDER = ARTICLES / "lab"
RECORD = FOLDER / "results.json"
NAME = "what-textbooks-get-wrong.md"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What the textbooks get wrong",
        "other": "[中文](zh/what-textbooks-get-wrong.md)",
        "lead": "Much of what is said about neural networks was never measured by those who repeat it. "
        "glassnet's lab puts {all} such claims to the test: "
        "each with a rule that was written before the run, several seeds, and numbers. The verdicts: {wrong} "
        "“does not hold”, {part} “holds in part”, {right} “holds”. "
        "Those that are wrong or too strong are told here, each with its figure; the others stand in the table "
        "at the end.",
        "articles": "Letters name the articles that this documentation rebuilds: A "
        "[activations, losses, softmax](activations-losses-softmax.md), B [fully connected "
        "networks](fully-connected-networks.md), "
        "C [autograd, activations, losses](autograd-activations-losses.md), D [notes on softmax](softmax-notes.md), "
        "E [overlooked basics](overlooked-basics.md).",
        "made": "This page is generated: `python tools/make_lab_page.py --run` runs the experiments and writes it. "
        "Try one yourself, with other seeds or data of your own:",
        "does not hold": "Does not hold",
        "holds in part": "Holds in part",
        "holds": "Holds",
        "claim": "claim",
        "source": "source",
        "number": "number",
        "verdict": "verdict",
        "rule": "rule",
        "setup": "set-up",
        "found": "what was found",
        "run": "run",
        "again": "again",
        "seeds": "{n} seeds, random state {state}",
        "timed": "times differ from machine to machine; these are of one run",
        "other seeds": "with other seeds",
        "confirmed": "The verdicts are those of the random state 0. All were run again with seeds that nothing was "
        "adjusted by (random state {state}): {same} of {all} verdicts were the same.",
        "changed": "changed after a first run",
        "changed of these": "Of these, changed after a first run:",
    },
    "zh": {
        "title": "教科书讲错了什么",
        "other": "[English](../what-textbooks-get-wrong.md)",
        "lead": "关于神经网络的许多说法，转述的人自己从未测量过。glassnet 的实验室检验了 {all} 条这样的说法："
        "每一条都有事先写好的判定规则、多个随机种子和具体数字。"
        "其中 {wrong} 条不成立，{part} 条部分成立，{right} 条成立。本页逐条讲述错误的或说得过头的，各配一图；"
        "其余的列在文末的表里。",
        "articles": "字母代表本文档重建的五篇文章：A [激活函数、损失函数与 softmax](activations-losses-softmax.md)，"
        "B [全连接网络](fully-connected-networks.md)，C "
        "[自动微分、激活函数与损失函数](autograd-activations-losses.md)，"
        "D [softmax 笔记](softmax-notes.md)，E [最容易忽视的基础知识](overlooked-basics.md)。",
        "made": "本页由程序生成：`python tools/make_lab_page.py --run` 运行实验并写出本页。您也可以亲自试一试，"
        "换种子，或换成自己的数据：",
        "does not hold": "不成立",
        "holds in part": "部分成立",
        "holds": "成立",
        "claim": "说法",
        "source": "出处",
        "number": "数字",
        "verdict": "结论",
        "rule": "判定规则",
        "setup": "做法",
        "found": "结果",
        "run": "运行",
        "again": "重做",
        "seeds": "{n} 个种子，随机状态 {state}",
        "timed": "时间因机器而异，这里是某一次运行的结果",
        "other seeds": "换种子",
        "confirmed": "结论来自随机状态 0。之后全部用没有参与过任何调整的种子重新运行（随机状态 {state}）："
        "{all} 个结论中有 {same} 个相同。",
        "changed": "第一次运行之后改过",
        "changed of these": "其中第一次运行之后改过的：",
    },
}
AGAIN = 1  # the random state of the second run
ORDER: tuple[Verdict, ...] = ("does not hold", "holds in part", "holds")


def record() -> dict[str, dict[str, Any]]:
    """Read the recorded runs, by the names of experiments that there are, in the order of their rows."""
    if not RECORD.exists():
        return {}
    stored = {run["name"]: run for run in json.loads(RECORD.read_text(encoding="utf-8"))}
    return {one.name: stored[one.name] for one in lab.list() if one.name in stored}


def run(names: Sequence[str]) -> None:
    """Run experiments in full, and record each with its figures as soon as it is done."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        result, again = lab.run(name), lab.run(name, random_state=AGAIN)
        told = result.to_json()
        kept = {key: told[key] for key in ("name", "row", "numbers", "seeds", "random_state", "data")}
        kept["again"] = {"random_state": AGAIN, "numbers": again.to_json()["numbers"]}
        kept["glassnet"] = version("glassnet")
        runs = [*(one for one in record().values() if one["name"] != name), kept]
        places = {one.name: place for place, one in enumerate(lab.list())}
        runs.sort(key=lambda one: places[one["name"]])
        RECORD.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
        for spoken in WORDS:
            set_language(spoken)
            try:
                result.plot().save(figure(name, spoken))
            finally:
                set_language(None)
        print(f"{name}: {result.verdict}, again {again.verdict}, {result.seconds:.0f} s", flush=True)


def figure(name: str, spoken: str) -> Path:
    """Where a figure lies."""
    return FOLDER / (f"{name}.svg" if spoken == "en" else f"{name}.{spoken}.svg")


def numbers_of(stored: dict[str, Any]) -> dict[str, float]:
    """Give recorded numbers back as the experiment knew them: JSON has null for what was not finite."""
    return {name: math.nan if value is None else float(value) for name, value in stored["numbers"].items()}


def verdict_of(stored: dict[str, Any]) -> Verdict:
    """Judge a recorded run by the rule as it stands now."""
    return lab.find(stored["name"]).verdict(numbers_of(stored))


def verdict_again(one: Experiment, stored: dict[str, Any]) -> Verdict:
    """Judge the run with other seeds."""
    return one.verdict(numbers_of(stored["again"]))


def page(spoken: str) -> str:
    """Write the page in one language."""
    words = WORDS[spoken]
    runs = record()
    told: dict[str, list[tuple[Experiment, dict[str, Any]]]] = {verdict: [] for verdict in ORDER}
    set_language(spoken)
    try:
        for name, stored in runs.items():
            one = lab.find(name)
            told[verdict_of(stored)].append((one, stored))
        counts = {
            "all": len(runs),
            "wrong": len(told[ORDER[0]]),
            "part": len(told[ORDER[1]]),
            "right": len(told[ORDER[2]]),
        }
        same = sum(verdict_again(lab.find(name), stored) == verdict_of(stored) for name, stored in runs.items())
        example = next((one.name for verdict in ORDER for one, _stored in told[verdict]), "all")
        parts = [
            f"# {words['title']}",
            words["other"],
            words["lead"].format(**counts),
            words["confirmed"].format(state=AGAIN, same=same, all=len(runs)),
            words["articles"],
            words["made"],
            f"```sh\nglassnet lab run {example}{' --lang zh' if spoken == 'zh' else ''}\n```",
        ]
        for verdict in ORDER[:2]:
            if told[verdict]:
                parts.append(f"## {words[verdict]}")
                parts += [section(one, stored, spoken) for one, stored in told[verdict]]
        if told["holds"]:
            parts.append(f"## {words['holds']}")
            columns = (words["claim"], words["source"], words["number"], words["other seeds"])
            head = f"| | {' | '.join(columns)} |\n|---|---|---|---|---|"
            rows = []
            for one, stored in told["holds"]:
                again = _(VERDICT_TEXTS[verdict_again(one, stored)])
                texts = (_(one.claim), _(one.source), one.sentence(numbers_of(stored)), again)
                rows.append(" | ".join([f"| `{one.name}`", *map(cell, texts)]) + " |")
            parts.append("\n".join([head, *rows]))
            changed = [f"- `{one.name}`: {_(one.changed)}" for one, _stored in told["holds"] if one.changed]
            parts.append("\n".join([words["changed of these"], "", *changed]))
    finally:
        set_language(None)
    return "\n\n".join(parts) + "\n"


def section(one: Experiment, stored: dict[str, Any], spoken: str) -> str:
    """Write one claim: what is said, what was done, what was found, with the figure."""
    words = WORDS[spoken]
    numbers = numbers_of(stored)
    up = "" if spoken == "en" else "../"
    circumstances = words["seeds"].format(n=stored["seeds"], state=stored["random_state"])
    if one.timed:
        circumstances += "; " + words["timed"] if spoken == "en" else "；" + words["timed"]
    rows = [
        (words["claim"], cell(_(one.claim))),
        (words["source"], cell(_(one.source))),
        (words["setup"], cell(_(one.setup))),
        (words["rule"], cell(_(one.rule))),
        *([(words["changed"], cell(_(one.changed)))] if one.changed else []),
        (words["verdict"], f"**{_(VERDICT_TEXTS[verdict_of(stored)])}**"),
        (words["other seeds"], _(VERDICT_TEXTS[verdict_again(one, stored)])),
        (words["run"], f"`glassnet lab run {one.name}`, {circumstances}"),
    ]
    table = "\n".join([f"| {one.row} | |", "|---|---|", *(f"| {label} | {text} |" for label, text in rows)])
    picture = f"![{_(one.shows)}]({up}lab/{figure(one.name, spoken).name})"
    sentence = one.sentence(numbers)
    return "\n\n".join(
        [
            f"### {one.name}",
            f"{sentence[:1].upper()}{sentence[1:]}{'' if sentence[-1:] in '.。' else '.' if spoken == 'en' else '。'}",
            table,
            picture,
        ]
    )


def cell(text: str) -> str:
    """Write a text so that it breaks no table."""
    return text.replace("|", r"\|").replace("*", r"\*").replace("\n", " ")


def pages() -> dict[Path, str]:
    """Make both pages, by their places."""
    return {ARTICLES / NAME: page("en"), ARTICLES / "zh" / NAME: page("zh")}


def stale() -> list[str]:
    """Name what is not up to date, and figures that are not there or belong to nothing."""
    found = [
        str(path.relative_to(ARTICLES))
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    wanted = {figure(name, spoken) for name in record() for spoken in WORDS}
    there = set(FOLDER.glob("*.svg"))
    return found + [str(path.relative_to(ARTICLES)) for path in sorted(wanted ^ there)]


def main() -> int:
    """Run, write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--run", nargs="*", metavar="NAME", help="run these experiments, or those that are not recorded"
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    said = parser.parse_args()
    if said.check:
        found = stale()
        print("\n".join(f"docs/articles/{name} is not up to date" for name in found))
        return 1 if found else 0
    if said.run is not None:
        run(said.run or [one.name for one in lab.list() if one.name not in record()])
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
