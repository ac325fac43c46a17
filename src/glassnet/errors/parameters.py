"""Arguments that may not be what they are."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.errors.base import GlassnetError, listed, shown, suggestion
from glassnet.texts import _


class ParameterError(GlassnetError, ValueError):
    """An argument does not have a value that it may have.

    Attributes
    ----------
    argument : str
        Which one; "" where it is not one argument alone.
    """

    argument: str = ""

    @classmethod
    def value(cls, name: str, received: object, must_be: str) -> ParameterError:
        """Say that a value breaks its rule.

        Parameters
        ----------
        name : str
            The argument.
        received : object
            What came.
        must_be : str
            The rule, so that "{name} must be {must_be}" is a sentence. A constant: it is translated.

        Examples
        --------
        >>> print(ParameterError.value("dropout", 1.5, "a number in [0, 1)"))
        dropout must be a number in [0, 1); got 1.5
        """
        text = _("{name} must be {must_be}; got {received}")
        error = cls(text.format(name=name, must_be=_(must_be), received=shown(received)))
        error.argument = name
        return error

    @classmethod
    def choice(
        cls, name: str, received: object, choices: Iterable[str], synonyms: Iterable[str] = ()
    ) -> ParameterError:
        """Say that a name is not among the choices, with the nearest ones (synonyms are searched, but not listed).

        Examples
        --------
        >>> print(ParameterError.choice("activation", "rleu", ["tanh", "relu"]))
        activation must be one of tanh, relu; got "rleu". Did you mean "relu"?
        """
        choices = tuple(choices)
        text = _("{name} must be one of {choices}; got {received}")
        message = text.format(name=name, choices=listed(choices), received=shown(received))
        error = cls(message + suggestion(received, (*choices, *synonyms)))
        error.argument = name
        return error

    @classmethod
    def unknown(cls, name: str, known: Iterable[str], of: str | None = None) -> ParameterError:
        """Say that there is no parameter of this name; `of` is what was asked to take it.

        Examples
        --------
        >>> print(ParameterError.unknown("slop", ["slope"], of="leaky_relu"))
        leaky_relu has no parameter "slop"; it has slope. Did you mean "slope"?
        >>> print(ParameterError.unknown("slope", [], of="relu"))
        relu has no parameter "slope"; it has none
        """
        known = tuple(known)
        if of is None:
            text = _('there is no parameter "{name}"; there are {known}')
        elif known:
            text = _('{of} has no parameter "{name}"; it has {known}')
        else:
            text = _('{of} has no parameter "{name}"; it has none')
        return cls(text.format(of=of, name=name, known=listed(known)) + suggestion(name, known))

    @classmethod
    def not_learnable(cls, name: object, learnable: Iterable[str], of: str) -> ParameterError:
        """Say that units cannot learn a parameter.

        Examples
        --------
        >>> print(ParameterError.not_learnable("slope", ["beta"], of="silu"))
        silu has no parameter "slope" that units can learn; it has beta
        """
        known = tuple(learnable)
        if known:
            text = _('{of} has no parameter "{name}" that units can learn; it has {known}')
        else:
            text = _('{of} has no parameter "{name}" that units can learn; it has none')
        return cls(text.format(of=of, name=name, known=listed(known)) + suggestion(name, known))

    @classmethod
    def not_hidden(cls, name: str, activation: str, *, flat: bool = False) -> ParameterError:
        """Say why hidden layers cannot have an activation: it needs a whole layer, or it is flat.

        Examples
        --------
        >>> print(ParameterError.not_hidden("activation", "softmax", flat=False))
        activation must be an activation that hidden layers may have; softmax stands at the output only
        >>> print(ParameterError.not_hidden("activation", "step", flat=True))
        activation must have a slope somewhere; the derivative of step is 0 wherever there is one, so no gradient passes
        and the weights before it would stay as they were drawn. Use sigmoid or hard_sigmoid in its place
        """
        if flat:
            text = _(
                "{name} must have a slope somewhere; the derivative of {activation} is 0 wherever there is one, so no "
                "gradient passes and the weights before it would stay as they were drawn. "
                "Use sigmoid or hard_sigmoid in its place"
            )
        else:
            text = _("{name} must be an activation that hidden layers may have; {activation} stands at the output only")
        return cls(text.format(name=name, activation=activation))

    @classmethod
    def nothing_called(cls, name: object, known: Iterable[str]) -> ParameterError:
        """Say that nothing in the catalog has this name.

        Examples
        --------
        >>> print(ParameterError.nothing_called("sigmod", ["sigmoid", "tanh"]))
        nothing in the catalog is called "sigmod". Did you mean "sigmoid"?
        """
        text = _("nothing in the catalog is called {name}")
        return cls(text.format(name=shown(name)) + suggestion(name, tuple(known)))

    @classmethod
    def no_derivative(cls, activation: str) -> ParameterError:
        """Say that an activation over an axis has a matrix of derivatives, not one.

        Examples
        --------
        >>> print(ParameterError.no_derivative("softmax"))
        softmax has no elementwise derivative: each output depends on every input of its row. Use softmax.jacobian(x)
        """
        text = _(
            "{activation} has no elementwise derivative: each output depends on every input of its row. "
            "Use {activation}.jacobian(x)"
        )
        return cls(text.format(activation=activation))

    @classmethod
    def no_rate(cls, schedule: str) -> ParameterError:
        """Say that a schedule's rate is no function of progress alone.

        Examples
        --------
        >>> print(ParameterError.no_rate("adaptive"))
        adaptive has no formula: its rate depends on the losses of past epochs. The trace of a fit tells it
        """
        text = _(
            "{schedule} has no formula: its rate depends on the losses of past epochs. The trace of a fit tells it"
        )
        return cls(text.format(schedule=schedule))

    @classmethod
    def sizes_as_loss(cls, received: object) -> ParameterError:
        """Say that layer sizes came where the loss is expected: it is the first parameter, as in scikit-learn."""
        text = _(
            "loss must be the name of a loss; got {received}. "
            "If these are the sizes of the hidden layers, pass hidden_layer_sizes={received}"
        )
        return cls(text.format(received=shown(received)))

    @classmethod
    def per_layer(cls, name: str, n_received: int, n_layers: int) -> ParameterError:
        """Say that a list has not one entry for each layer.

        Examples
        --------
        >>> print(ParameterError.per_layer("dropout", 3, 2))
        dropout must be one value for all layers or a list of 2, one a layer; got a list of 3
        """
        text = _(
            "{name} must be one value for all layers or a list of {n_layers}, one a layer; got a list of {n_received}"
        )
        return cls(text.format(name=name, n_layers=n_layers, n_received=n_received))

    @classmethod
    def plan_without_data(cls) -> ParameterError:
        """Say that a plan is only the description of one that has run.

        Examples
        --------
        >>> print(ParameterError.plan_without_data())
        this plan describes a training that has run, and holds no data; make another with glassnet.plan(data, target)
        """
        return cls(
            _(
                "this plan describes a training that has run, and holds no data; "
                "make another with glassnet.plan(data, target)"
            )
        )
