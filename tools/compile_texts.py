"""Turn the translations into what gettext loads: every `glassnet.po` becomes a `glassnet.mo` beside it.

    python tools/compile_texts.py            compile, and name texts without a translation or with a broken one
    python tools/compile_texts.py --missing  print entries for texts that have no translation yet, ready to fill in

To translate new texts: run with --missing, append what it prints to src/glassnet/locale/zh/LC_MESSAGES/glassnet.po,
fill in each msgstr, run without arguments, commit both files. Entries stand in any order, one may be appended without
looking at the others, and a conflict in a merge is solved by keeping both sides: a text that is there twice is named.
An entry whose text is no longer in the code is named as well, and is to be deleted.

A text is found where it is a constant argument of one of these, in any file of the package:

    _("text"), later("text")              as `glassnet.texts` gives them
    plural("{n} row", "{n} rows", n)      both
    ParameterError.value(name, got, "a number in [0, 1)")          the phrase `must_be`, here and in the next two
    ShapeError.shape(name, got, "{wanted}, that of x", wanted=...)
    DataError.target_outside(loss, "at least 0", value, row)

Placeholders in braces must be the same on both sides. Only the standard library is used, and the result depends on
nothing but the .po file, so a test can hold the committed .mo against it byte by byte.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1] / "src" / "glassnet"

# Function: positions of its arguments that are texts. Methods count only on the class named before the dot.
TEXT_ARGUMENTS = {
    "_": (0,),
    "later": (0,),
    "plural": (0, 1),
    "ParameterError.value": (2,),
    "ShapeError.shape": (2,),
    "DataError.target_outside": (1,),
}


class Text(NamedTuple):
    """One text of the code: the singular alone, or singular and plural."""

    key: tuple[str, ...]
    place: str


class TranslationError(Exception):
    """What is wrong with a catalog, one line for each thing."""


def texts_of(source: str, name: str) -> Iterator[Text]:
    """Find the texts in one module's source; `name` is what places are told by."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: call.lineno):
        positions = TEXT_ARGUMENTS.get(ast.unparse(node.func), ())
        arguments = [node.args[position] for position in positions if position < len(node.args)]
        key = tuple(
            argument.value
            for argument in arguments
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value
        )
        if key and len(key) == len(positions):
            yield Text(key, f"{name}:{node.lineno}")


def texts_of_package(package: Path = PACKAGE) -> dict[tuple[str, ...], str]:
    """Find the texts of all modules, and where each stands first."""
    found: dict[tuple[str, ...], str] = {}
    for path in sorted(package.rglob("*.py")):
        for text in texts_of(path.read_text(encoding="utf-8"), path.relative_to(package).as_posix()):
            found.setdefault(text.key, text.place)
    return found


def read_catalog(po: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Read a .po file: texts and their translations, the header under the empty text.

    Raises
    ------
    TranslationError
        If a line is not understood, a text is there twice, or an entry is marked fuzzy.
    """
    entries: dict[tuple[str, ...], tuple[str, ...]] = {}
    wrong: list[str] = []
    # Entries stand apart by an empty line; a merge may have lost it, so an entry also begins where a msgid follows.
    for block in re.split(r"\n\s*\n|(?<=\")\n(?=msgid \"|#)", po.strip()):
        parts: dict[str, str] = {}
        field = ""
        for line in block.splitlines():
            if line.startswith("#"):
                if line.startswith("#,") and "fuzzy" in line:
                    wrong.append(f"an entry is marked fuzzy; settle it and delete the mark:\n{block}")
                continue
            started = re.fullmatch(r'(msgid|msgid_plural|msgstr|msgstr\[\d\]) (".*")|(".*")', line.strip())
            if not started or not (started[1] or field):
                wrong.append(f"not understood: {line}")
                continue
            field = started[1] or field
            parts[field] = parts.get(field, "") + ast.literal_eval(started[2] or started[3])
        if "msgid" in parts:
            key = (parts["msgid"], parts["msgid_plural"]) if "msgid_plural" in parts else (parts["msgid"],)
            if any(key[0] == other[0] for other in entries):
                wrong.append(f'translated twice: "{key[0]}"')
            entries[key] = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
    if wrong:
        raise TranslationError("\n".join(wrong))
    return entries


def check_catalog(entries: dict[tuple[str, ...], tuple[str, ...]], texts: dict[tuple[str, ...], str]) -> list[str]:
    """Say what is wrong between the texts of the code and their translations."""
    said = []
    for key, place in texts.items():
        translations = entries.get(key, ())
        if not translations or not all(translations):
            said.append(f'{place}: no translation of "{key[0]}"')
        said.extend(
            f'{place}: other placeholders in "{translation}" than in "{key[-1]}"'
            for translation in translations
            if translation and placeholders(translation) != placeholders(key[-1])
        )
    said.extend(f'no such text in the code any more: "{key[0]}"' for key in entries if key[0] and key not in texts)
    return said


def placeholders(text: str) -> set[str]:
    """Names in braces."""
    return set(re.findall(r"{(\w+)[^}]*}", text))


def compiled(entries: dict[tuple[str, ...], tuple[str, ...]]) -> bytes:
    """Lay the entries out as a .mo file: a header, two tables of lengths and offsets, then the strings."""
    pairs = sorted(
        ("\0".join(key).encode(), "\0".join(translation).encode())
        for key, translation in entries.items()
        if all(translation)
    )
    count = len(pairs)
    offset = 28 + 16 * count
    tables: list[bytes] = []
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), offset))
            offset += len(pair[side]) + 1
    strings = b"".join(pair[side] + b"\0" for side in (0, 1) for pair in pairs)
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0) + b"".join(tables) + strings


def quoted(text: str) -> str:
    """Write a text as a .po file does."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Compile the translations.")
    parser.add_argument("--missing", action="store_true", help="print entries for texts without a translation")
    missing = parser.parse_args(arguments).missing
    texts = texts_of_package()
    status = 0
    for po in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/glassnet.po")):
        try:
            entries = read_catalog(po.read_text(encoding="utf-8"))
        except TranslationError as error:
            print(f"{po}:\n{error}", file=sys.stderr)
            return 1
        if missing:
            for key, place in texts.items():
                if not all(entries.get(key, ("",))):
                    names = ("msgid", "msgid_plural")[: len(key)]
                    lines = [f"{name} {quoted(text)}" for name, text in zip(names, key, strict=True)]
                    print("\n".join([f"#: {place}", *lines, 'msgstr ""' if len(key) == 1 else 'msgstr[0] ""', ""]))
        else:
            po.with_suffix(".mo").write_bytes(compiled(entries))
            print(f"{po.with_suffix('.mo')}: {len(entries) - 1} texts")
            if said := check_catalog(entries, texts):
                print("\n".join(said), file=sys.stderr)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
