"""What errors of pictures say: constructor, arguments, message."""

from typing import Any

from glassnet.errors import PictureError

MESSAGES: list[Any] = [
    (
        PictureError.different_kinds,
        (("activation", "loss"),),
        "one picture shows entries of one kind; got activation, loss. Draw one picture for each kind",
    ),
    (
        PictureError.no_curve,
        ("optimizer", "adam"),
        (
            "adam has no curve to draw: it is an entry of kind optimizer. "
            "There are curves of activations, losses, initializers and schedules"
        ),
    ),
    (
        PictureError.alone,
        ("softmax",),
        "softmax works on several numbers at once, so it needs a picture of its own; leave the other names out",
    ),
    (PictureError.too_many, (30, 21), "a picture shows at most 21 curves that can be told apart; got 30"),
    (
        PictureError.interval,
        (3.0, 1.0),
        "the interval must have a finite start below its finite end; got 3.0 to 1.0",
    ),
    (PictureError.file_kind, (".gif",), 'a picture is written as .png or .svg; got ".gif"'),
    (
        PictureError.no_display,
        (),
        "there is no display to open a window on; write a file instead: --out FILE.png",
    ),
]
