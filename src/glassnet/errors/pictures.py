"""Pictures that cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.errors.base import GlassnetError, listed, shown
from glassnet.texts import _


class PictureError(GlassnetError, ValueError):
    """There is no picture of what was asked for."""

    @classmethod
    def different_kinds(cls, kinds: Iterable[str]) -> PictureError:
        """Say that entries of different kinds do not share axes.

        Examples
        --------
        >>> print(PictureError.different_kinds(["activation", "loss"]))
        one picture shows entries of one kind; got activation, loss. Draw one picture for each kind
        """
        text = _("one picture shows entries of one kind; got {kinds}. Draw one picture for each kind")
        return cls(text.format(kinds=listed(kinds)))

    @classmethod
    def no_curve(cls, kind: str, name: str) -> PictureError:
        """Say that an entry of this kind has no curve.

        Examples
        --------
        >>> print(PictureError.no_curve("optimizer", "adam"))
        adam has no curve to draw: it is an entry of kind optimizer. There are curves of activations, losses, initializers and schedules
        """  # noqa: E501 (the message is one line)
        text = _(
            "{name} has no curve to draw: it is an entry of kind {kind}. There are curves of activations, losses, "
            "initializers and schedules"
        )
        return cls(text.format(name=name, kind=kind))

    @classmethod
    def alone(cls, name: str) -> PictureError:
        """Say that a function over an axis cannot share a picture.

        Examples
        --------
        >>> print(PictureError.alone("softmax"))
        softmax works on several numbers at once, so it needs a picture of its own; leave the other names out
        """
        text = _("{name} works on several numbers at once, so it needs a picture of its own; leave the other names out")
        return cls(text.format(name=name))

    @classmethod
    def too_many(cls, n: int, most: int) -> PictureError:
        """Say that so many curves could not be told apart.

        Examples
        --------
        >>> print(PictureError.too_many(30, 14))
        a picture shows at most 14 curves that can be told apart; got 30
        """
        text = _("a picture shows at most {most} curves that can be told apart; got {n}")
        return cls(text.format(n=n, most=most))

    @classmethod
    def interval(cls, low: object, high: object) -> PictureError:
        """Say that an interval has no width.

        Examples
        --------
        >>> print(PictureError.interval(3.0, 1.0))
        the interval must have a finite start below its finite end; got 3.0 to 1.0
        """
        text = _("the interval must have a finite start below its finite end; got {low} to {high}")
        return cls(text.format(low=shown(low), high=shown(high)))

    @classmethod
    def file_kind(cls, ending: str) -> PictureError:
        """Say that pictures are not written in this format.

        Examples
        --------
        >>> print(PictureError.file_kind(".gif"))
        a picture is written as .png or .svg; got ".gif"
        """
        return cls(_("a picture is written as .png or .svg; got {ending}").format(ending=shown(ending)))

    @classmethod
    def no_display(cls) -> PictureError:
        """Say that there is no screen for a window.

        Examples
        --------
        >>> print(PictureError.no_display())
        there is no display to open a window on; write a file instead: --out FILE.png
        """
        return cls(_("there is no display to open a window on; write a file instead: --out FILE.png"))
