"""Comparisons that cannot go on from a file."""

from __future__ import annotations

from glassnet.errors.base import GlassnetError, shown
from glassnet.texts import _


class ComparisonError(GlassnetError, ValueError):
    """A file does not hold the beginning of this comparison."""

    @classmethod
    def no_comparison(cls, file: str) -> ComparisonError:
        """Say that a file holds something else.

        Examples
        --------
        >>> print(ComparisonError.no_comparison("notes.txt"))
        "notes.txt" holds no comparison to go on with. Name a file that a comparison has written, or one that is not there
        """  # noqa: E501 (the message is one line)
        text = _(
            "{file} holds no comparison to go on with. "
            "Name a file that a comparison has written, or one that is not there"
        )
        return cls(text.format(file=shown(file)))

    @classmethod
    def other_version(cls, file: str) -> ComparisonError:
        """Say that a file was written by another version.

        Examples
        --------
        >>> print(ComparisonError.other_version("run.jsonl"))
        "run.jsonl" was written by another version of glassnet, whose comparisons this one does not read. Name a new file
        """  # noqa: E501 (the message is one line)
        text = _(
            "{file} was written by another version of glassnet, whose comparisons this one does not read. "
            "Name a new file"
        )
        return cls(text.format(file=shown(file)))

    @classmethod
    def other_data(cls, file: str) -> ComparisonError:
        """Say that the trainings in a file saw other rows.

        Examples
        --------
        >>> print(ComparisonError.other_data("run.jsonl"))
        "run.jsonl" holds a comparison on other data. Give the same data, or name a new file
        """
        return cls(
            _("{file} holds a comparison on other data. Give the same data, or name a new file").format(
                file=shown(file)
            )
        )

    @classmethod
    def other_setting(cls, file: str, name: str, found: object, asked: object) -> ComparisonError:
        """Say that the trainings in a file were done in another way.

        Examples
        --------
        >>> print(ComparisonError.other_setting("run.jsonl", "cv", 10, 5))
        "run.jsonl" holds a comparison with cv = 10, and now it is 5. Give the same, or name a new file
        """
        text = _(
            "{file} holds a comparison with {name} = {found}, and now it is {asked}. Give the same, or name a new file"
        )
        return cls(text.format(file=shown(file), name=name, found=shown(found), asked=shown(asked)))
