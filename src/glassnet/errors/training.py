"""What goes wrong in training, and what is only warned of."""

from __future__ import annotations

from glassnet.errors.base import GlassnetError, shown
from glassnet.texts import _


class Diverged(GlassnetError, ValueError):
    """Training met a loss that is NaN or infinite.

    Attributes
    ----------
    epoch : int or None
        Counted from 1.
    layer : int or None
        Counted from 1, the first layer that held a value which is not finite; None: only the loss did.
    cause : str
        The likely cause, in words.
    """

    epoch: int | None = None
    layer: int | None = None
    cause: str = ""

    @classmethod
    def at(
        cls,
        epoch: int,
        layer: int | None = None,
        *,
        learning_rate: float | None = None,
        largest_input: float | None = None,
        largest_target: float | None = None,
    ) -> Diverged:
        """Say when and where it happened, why it probably did, and what to try.

        Parameters
        ----------
        epoch : int
            Counted from 1.
        layer : int or None
            Counted from 1; None: no layer but the loss alone was not finite.
        learning_rate : float, optional
            The rate at that time. None for a solver without one.
        largest_input, largest_target : float, optional
            Largest absolute value in X and in y. Above 100 (a standardized column hardly exceeds 10) the data's scale
            is named as the cause, not the learning rate.

        Examples
        --------
        >>> error = Diverged.at(3, layer=2, learning_rate=0.5)
        >>> print(error)
        training diverged in epoch 3: the values of layer 2 became NaN or infinite. Likely cause: learning rate 0.5 is too high. Try learning_rate_init=0.05, or early_stopping=True, which keeps the best weights
        >>> error.epoch, error.layer, error.cause
        (3, 2, 'learning rate 0.5 is too high')
        """  # noqa: E501 (the message is one line)
        where = (
            _("the loss became NaN or infinite")
            if layer is None
            else _("the values of layer {layer} became NaN or infinite").format(layer=layer)
        )
        if largest_input is not None and not largest_input <= 100:
            cause = _("inputs as large as {value}").format(value=f"{largest_input:.3g}")
            remedy = _("standardized inputs, as from sklearn.preprocessing.StandardScaler")
        elif largest_target is not None and not largest_target <= 100:
            cause = _("targets as large as {value}").format(value=f"{largest_target:.3g}")
            remedy = _("standardized targets, as from sklearn.compose.TransformedTargetRegressor")
        elif learning_rate is not None:
            cause = _("learning rate {rate} is too high").format(rate=f"{learning_rate:.3g}")
            remedy = _("learning_rate_init={rate}").format(rate=f"{learning_rate / 10:.3g}")
        else:
            cause = _("the weights grew without bound")
            remedy = _("a larger alpha, or standardized inputs")
        text = _(
            "training diverged in epoch {epoch}: {where}. Likely cause: {cause}. "
            "Try {remedy}, or early_stopping=True, which keeps the best weights"
        )
        error = cls(text.format(epoch=epoch, where=where, cause=cause, remedy=remedy))
        error.epoch, error.layer, error.cause = epoch, layer, cause
        return error


class DivergedWarning(UserWarning):
    """Training met a loss that is NaN or infinite, and the best weights so far were kept."""

    @classmethod
    def kept(cls, error: Diverged, best_epoch: int) -> DivergedWarning:
        """Say what happened and which weights the model has now."""
        text = _("{error}. The weights of epoch {best_epoch}, the best so far, were kept")
        return cls(text.format(error=error, best_epoch=best_epoch))


class ScalingWarning(UserWarning):
    """The inputs have scales that slow training down."""

    @classmethod
    def columns(
        cls, largest: object, largest_deviation: float, smallest: object, smallest_deviation: float
    ) -> ScalingWarning:
        """Name the columns with the largest and the smallest standard deviation.

        Examples
        --------
        >>> print(ScalingWarning.columns("income", 41200.0, "age", 13.1))
        the columns of X have very different scales (standard deviation 4.12e+04 in "income", 13.1 in "age"): networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)
        """  # noqa: E501 (the message is one line)
        text = _(
            "the columns of X have very different scales (standard deviation {large} in {largest}, {small} in "
            "{smallest}): networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)"
        )
        return cls(
            text.format(
                large=f"{largest_deviation:.3g}",
                largest=shown(largest),
                small=f"{smallest_deviation:.3g}",
                smallest=shown(smallest),
            )
        )

    @classmethod
    def column(cls, name: object, mean: float, deviation: float) -> ScalingWarning:
        """Name a column whose values are far from the size of 1.

        Examples
        --------
        >>> print(ScalingWarning.column("year", 2010.0, 5.2))
        the columns of X are not standardized ("year" has mean 2.01e+03 and standard deviation 5.2): networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)
        """  # noqa: E501 (the message is one line)
        text = _(
            "the columns of X are not standardized ({name} has mean {mean} and standard deviation {deviation}): "
            "networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)"
        )
        return cls(text.format(name=shown(name), mean=f"{mean:.3g}", deviation=f"{deviation:.3g}"))
