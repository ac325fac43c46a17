"""Write docs/lab.md and docs/lab.zh.md from the registry: every experiment with its claim, source, set-up and rule.

    python tools/make_lab_reference.py             write the pages
    python tools/make_lab_reference.py --check     write nothing; exit code 1 where a page is not up to date

Numbers and verdicts come from running them: `glassnet lab run all`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import glassnet as gn
from glassnet.lab.experiment import Experiment
from glassnet.texts import _, language, set_language

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"en": DOCS / "lab.md", "zh": DOCS / "lab.zh.md"}
WORDS = {
    "en": {
        "title": "The lab: claims put to the test",
        "intro": "What textbooks and articles say about fully connected networks, as experiments. Each has a claim "
        "with its source, a set-up, several seeds, and a rule that was written before the run; the verdict is that "
        "rule, applied to the numbers. A claim that does not hold is a result.",
        "rule": "Rule",
        "setup": "Set-up",
        "seeds": "{n} seeds, {quick} in a quick run",
        "data": "learns from digits, or from `--data`",
        "timed": "measures times, which differ from run to run",
        "all": "## The experiments",
        "source": "Source",
        "changed": "Changed after a first run",
    },
    "zh": {
        "title": "实验室：逐条检验",
        "intro": "教科书和文章关于全连接网络的种种说法，都做成了实验。每个实验都有说法及其出处、做法、多个种子，"
        "以及在运行之前写定的规则；结论就是把这条规则用在数字上。“不成立”同样是结果。",
        "rule": "规则",
        "setup": "做法",
        "seeds": "{n} 个种子，快速运行 {quick} 个",
        "data": "学习手写数字，或 `--data` 给出的表格",
        "timed": "测量的是时间，每次运行都不同",
        "all": "## 全部实验",
        "source": "出处",
        "changed": "第一次运行之后改过",
    },
}
HOW = {
    "en": """
```sh
glassnet lab list
glassnet lab run dead-relu
glassnet lab run all --quick --out results          # a page, results.json and the figures
glassnet lab run zig-zag --data people.csv --target income
```

```python
import glassnet as gn

result = gn.lab.run("xor", quick=True)
print(result.verdict, result.numbers["line_best"])
```

```text
holds 3.0
```

A rule stands in the code before a run and sees its numbers only. While the lab was built, some set-ups were changed
after a first run, where a training diverged or was too short, or a level measured something else. Each such experiment
says so, here and in its result. Afterward all were run with other seeds, which none of the changes had seen:
[what the textbooks get wrong](articles/what-textbooks-get-wrong.md) tells both verdicts.

`print(result)` tells everything, `result.plot()` draws the figure, `result.rule` is the rule in words. `quick=True`
gives an impression in seconds; its intervals are wide, and a verdict may differ from that of the full run. `seeds` and
`random_state` repeat a run with others; `data=(X, y)` lets those that learn from a table learn from yours.

An experiment is a class in [`src/glassnet/lab/experiments/`](../src/glassnet/lab/experiments/xor.py); its file is
found because it is there. `verdict` sees the numbers and nothing else, and [the tests](../tests/lab/test_rules.py)
feed it numbers that lead to other verdicts.

The letters of the articles: A, activation and loss functions, and a derivation of softmax with cross-entropy; B, fully
connected networks, part 1; C, activation and loss functions in PyTorch; D, notes on softmax in cs231n; E, the most
overlooked basics, part 2.
""",
    "zh": """
```sh
glassnet lab list --lang zh
glassnet lab run dead-relu --lang zh
glassnet lab run all --quick --out results --lang zh          # 网页、results.json 和图片
glassnet lab run zig-zag --data people.csv --target income
```

规则在运行之前写在代码里，只看到这次运行的数字。编写实验室时，有些做法在第一次运行之后改过，
因为训练发散、太短，或者界限测到的是别的东西。这样的实验都会说明，在本页和结果里都是如此。
之后所有实验又用改动时没有用过的种子运行了一遍：[教科书讲错了什么](articles/zh/what-textbooks-get-wrong.md)列出两次的结论。

`--quick` 在几秒钟内给出大致印象；它的置信区间较宽，结论可能与完整运行不同。`--seeds` 和 `--seed` 用别的种子重复；
`--data` 和 `--target` 让从表格学习的实验学习您自己的数据。在 Python 中：`result = gn.lab.run("xor")`，
`print(result)` 说出一切，`result.plot()` 画图。

文章的字母：A，激活函数与损失函数，以及 softmax 加交叉熵的推导；B，全连接网络（一）；C，PyTorch 中的激活函数与损失函数；
D，cs231n 关于 softmax 的笔记；E，最容易被忽视的基础知识（二）。
""",
}


def page(tongue: str) -> str:
    """Write a page in one language."""
    before = language()
    set_language(tongue)
    try:
        words = WORDS[tongue]
        known = gn.lab.list()
        lines = [f"# {words['title']}", "", words["intro"], HOW[tongue], words["all"]]
        for one in known:
            lines += ["", *_section(one, words)]
        return "\n".join(lines) + "\n"
    finally:
        set_language(before)


def _section(one: Experiment, words: dict[str, str]) -> list[str]:
    facts = [words["seeds"].format(n=one.seeds[0], quick=one.seeds[1])]
    facts += [words["data"]] * one.on_data + [words["timed"]] * one.timed
    return [
        f"### {one.row} · {one.name}",
        "",
        f"> {_(one.claim)}",
        "",
        f"- {words['source']}: {_(one.source)}",
        f"- {words['setup']}: {_(one.setup)} ({'; '.join(facts)})",
        f"- {words['rule']}: {_(one.rule)}",
        *([f"- {words['changed']}: {_(one.changed)}"] if one.changed else []),
    ]


def stale() -> list[Path]:
    """Name the pages that are not up to date."""
    return [
        path for tongue, path in PAGES.items() if not path.exists() or path.read_text(encoding="utf-8") != page(tongue)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write the pages of the lab.")
    parser.add_argument("--check", action="store_true", help="write nothing, and say which pages are not up to date")
    check = parser.parse_args(arguments).check
    old = stale()
    for path in old:
        print(f"{path.name} is not up to date" if check else f"{path.name} is new")
    if check:
        return int(bool(old))
    for tongue, path in PAGES.items():
        if path in old:
            path.write_text(page(tongue), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
