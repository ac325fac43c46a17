"""What errors of reports say: constructor, arguments, message."""

from typing import Any

from glassnet.errors import ReportError

MESSAGES: list[Any] = [
    (
        ReportError.exists,
        ("report.html",),
        ('"report.html" exists already. Choose another name, or pass overwrite=True (on the command line --force)'),
    ),
    (
        ReportError.no_answers,
        (),
        (
            "report(path, X) needs y, the answers of X's rows: without them nothing can be judged. "
            "report(path) alone tells of the training only"
        ),
    ),
]
