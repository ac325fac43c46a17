"""What errors of comparisons say: constructor, arguments, message."""

from typing import Any

from glassnet.errors import ComparisonError

MESSAGES: list[Any] = [
    (
        ComparisonError.no_comparison,
        ("notes.txt",),
        (
            '"notes.txt" holds no comparison to go on with. Name a file that a comparison has written, or one that '
            "is not there"
        ),
    ),
    (
        ComparisonError.other_version,
        ("run.jsonl",),
        (
            '"run.jsonl" was written by another version of glassnet, whose comparisons this one does not read. '
            "Name a new file"
        ),
    ),
    (
        ComparisonError.other_data,
        ("run.jsonl",),
        '"run.jsonl" holds a comparison on other data. Give the same data, or name a new file',
    ),
    (
        ComparisonError.other_setting,
        ("run.jsonl", "scoring", "accuracy", "log_loss"),
        (
            '"run.jsonl" holds a comparison with scoring = "accuracy", and now it is "log_loss". Give the same, or '
            "name a new file"
        ),
    ),
]
