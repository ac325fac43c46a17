"""What is said while a network still trains: a few words as soon as something dies, saturates or explodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.finding import percent
from glassnet.diagnosis.thresholds import SATURATED_WARNING
from glassnet.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.engine import Epoch

DEAD = 0.1  # of a layer: a few dead units come and go, a tenth does not come back
GROWN = 1000.0  # times what gradients or loss were at the smallest


class Alarm:
    """Listens to a training's epochs, and speaks up when something goes wrong in one.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> layers = {"dead": [0.0, 0.4, 0.0], "saturated": [0.0, 0.0, 0.0], "gradient_norm": [1.0, 1.0, 1.0]}
    >>> epoch = SimpleNamespace(epoch=3, loss=0.5, layers={name: np.array(v) for name, v in layers.items()})
    >>> alarm = Alarm()
    >>> alarm(epoch)
    ['epoch 3: 40% of the units of layer 2 are dead']
    >>> alarm(epoch)
    []
    """

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._least_gradient = self._least_loss = np.inf

    def __call__(self, epoch: Epoch) -> list[str]:
        """Say what is new in this epoch, nothing where all is well."""
        new = {kind: text for kind, text in self._troubles(epoch) if kind not in self._said}
        self._said |= new.keys()
        return list(new.values())

    def _troubles(self, epoch: Epoch) -> Iterator[tuple[str, str]]:
        dead, saturated = epoch.layers["dead"][:-1], epoch.layers["saturated"][:-1]
        gradient = float(epoch.layers["gradient_norm"].max())
        if len(dead) and dead.max() > DEAD:
            text = _("epoch {epoch}: {share} of the units of layer {layer} are dead")
            yield "dead", _told(text, epoch, dead)
        if len(saturated) and saturated.max() > SATURATED_WARNING:
            text = _("epoch {epoch}: {share} of the outputs of layer {layer} are saturated")
            yield "saturated", _told(text, epoch, saturated)
        if gradient > GROWN * self._least_gradient:
            text = _("epoch {epoch}: gradients explode, {gradient} after {least}")
            yield (
                "gradients",
                text.format(epoch=epoch.epoch, gradient=f"{gradient:.2g}", least=f"{self._least_gradient:.2g}"),
            )
        if abs(epoch.loss) > GROWN * self._least_loss:
            text = _("epoch {epoch}: the loss explodes, {loss} after {least}")
            yield "loss", text.format(epoch=epoch.epoch, loss=f"{epoch.loss:.2g}", least=f"{self._least_loss:.2g}")
        # A gradient or a loss of nearly 0 is no measure: all is learned, and noise is a thousand times that.
        if gradient > 0.01:
            self._least_gradient = min(self._least_gradient, gradient)
        if abs(epoch.loss) > 0.01:
            self._least_loss = min(self._least_loss, abs(epoch.loss))


def _told(text: str, epoch: Epoch, shares: NDArray[np.float64]) -> str:
    worst = int(shares.argmax())
    return text.format(epoch=epoch.epoch, share=percent(shares[worst]), layer=worst + 1)
