"""Reports that cannot be written."""

from __future__ import annotations

from glassnet.errors.base import GlassnetError
from glassnet.errors.model_files import AnyPath
from glassnet.texts import _


class ReportError(GlassnetError, ValueError):
    """A report is not written."""

    @classmethod
    def exists(cls, path: AnyPath) -> ReportError:
        """Say that a file is in the way.

        Examples
        --------
        >>> print(ReportError.exists("report.html"))
        "report.html" exists already. Choose another name, or pass overwrite=True (on the command line --force)
        """
        text = _("{file} exists already. Choose another name, or pass overwrite=True (on the command line --force)")
        return cls(text.format(file=f'"{path}"'))

    @classmethod
    def no_answers(cls) -> ReportError:
        """Say that rows without their answers cannot be judged.

        Examples
        --------
        >>> print(ReportError.no_answers())
        report(path, X) needs y, the answers of X's rows: without them nothing can be judged. report(path) alone tells of the training only
        """  # noqa: E501 (the message is one line)
        return cls(
            _(
                "report(path, X) needs y, the answers of X's rows: without them nothing can be judged. report(path) "
                "alone tells of the training only"
            )
        )
