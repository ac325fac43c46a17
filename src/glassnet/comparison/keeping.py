"""What is done is kept in a file, so that a comparison that was interrupted goes on where it ended.

The file has JSON lines: what was compared on which data, then a line for each training. It is written anew, and
appears whole, every few seconds and at the end. Trainings are found by their parameters, seed and fold: a comparison
that goes on may have more seeds or more combinations than the one before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glassnet.comparison.outcomes import Outcome
from glassnet.errors import ComparisonError, ParameterError
from glassnet.report.files import write_whole

FORMAT = 1
SECONDS_BETWEEN = 2.0
SHARE = 0.05  # of the time, at most, that writing may take


class Kept:
    """The file of a comparison.

    Parameters
    ----------
    path : Path or None
        None keeps nothing.
    settings : mapping
        By JSON types only: what must be the same for a training to count, the data's fingerprint under "data".

    Raises
    ------
    ComparisonError
        If the file holds something else, or other settings.
    OSError
        If it can't be read or written.
    """

    def __init__(self, path: Path | None, settings: Mapping[str, Any]) -> None:
        self._path = path
        self._head = json.dumps({"glassnet_comparison": FORMAT, "settings": dict(settings)})
        self._lines: dict[str, str] = {}
        self._written = time.perf_counter()
        self._pause = SECONDS_BETWEEN
        if path is None:
            return
        if path.exists():
            self._read(path, json.loads(self._head))
        else:
            self.write()  # a file that can't be written should not cost hours of training

    def __len__(self) -> int:
        return len(self._lines)

    def find(self, parameters: str, seed: int, fold: int) -> Outcome | None:
        """Find a training that is done already."""
        line = self._lines.get(_key(parameters, seed, fold))
        return None if line is None else Outcome.from_json(json.loads(line)["outcome"])

    def add(self, parameters: str, seed: int, fold: int, outcome: Outcome) -> None:
        """Keep a training; it is in the file some seconds later."""
        if self._path is None:
            return
        entry = {"parameters": json.loads(parameters), "seed": seed, "fold": fold, "outcome": outcome.to_json()}
        self._lines[_key(parameters, seed, fold)] = json.dumps(entry, allow_nan=False)
        if time.perf_counter() - self._written > self._pause:
            self.write()

    def write(self) -> None:
        """Write the file now."""
        if self._path is None:
            return
        start = time.perf_counter()
        text = "\n".join([self._head, *self._lines.values()]) + "\n"
        write_whole(self._path, lambda file: file.write(text.encode()))
        self._written = time.perf_counter()
        self._pause = max(SECONDS_BETWEEN, (self._written - start) / SHARE)

    def _read(self, path: Path, expected: dict[str, Any]) -> None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            head = json.loads(lines[0])
            if head["glassnet_comparison"] != FORMAT:
                raise ComparisonError.other_version(str(path))
            entries = [json.loads(line) for line in lines[1:]]
            for entry, line in zip(entries, lines[1:], strict=True):
                Outcome.from_json(entry["outcome"])
                parameters = json.dumps(entry["parameters"], sort_keys=True)
                self._lines[_key(parameters, int(entry["seed"]), int(entry["fold"]))] = line
            found = dict(head["settings"])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            if isinstance(error, ComparisonError):
                raise
            raise ComparisonError.no_comparison(str(path)) from None
        wanted = expected["settings"]
        for name in dict.fromkeys((*wanted, *found)):
            if wanted.get(name) != found.get(name):
                if name == "data":
                    raise ComparisonError.other_data(str(path))
                raise ComparisonError.other_setting(str(path), name, found.get(name), wanted.get(name))


def described(parameters: Mapping[str, Any]) -> str:
    """Write parameters as JSON, by which a training is found again.

    Raises
    ------
    ParameterError
        If one has no description, such as a function in Python.
    """
    plain = {}
    for name, value in parameters.items():
        plain[name] = _plain(value)
        try:
            json.dumps(plain[name], allow_nan=False)
        except (TypeError, ValueError):
            raise ParameterError.value(
                name, value, "a name, a number or an entry of the catalog where the comparison is kept in a file"
            ) from None
    return json.dumps(plain, sort_keys=True)


def _plain(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return value.item() if hasattr(value, "item") else value


def _key(parameters: str, seed: int, fold: int) -> str:
    return f"{seed} {fold} {parameters}"
