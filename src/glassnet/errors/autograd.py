"""What goes wrong with gradients on a tape: each with its cause and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.errors.base import GlassnetError, listed, shown
from glassnet.texts import _, later


class AutogradError(GlassnetError, RuntimeError):
    """A gradient cannot be computed, or would be wrong."""

    @classmethod
    def no_gradient(cls, what: str = later("the result")) -> AutogradError:
        """Say that nothing in a computation asked for a gradient; `what` comes translated.

        Examples
        --------
        >>> print(AutogradError.no_gradient())
        there is no gradient to compute: the result does not depend on a tensor that requires one. Make one with Tensor(..., requires_grad=True), and compute outside of no_grad() and without detach()
        """  # noqa: E501 (the message is one line)
        text = _(
            "there is no gradient to compute: {what} does not depend on a tensor that requires one. Make one with "
            "Tensor(..., requires_grad=True), and compute outside of no_grad() and without detach()"
        )
        return cls(text.format(what=_(what)))

    @classmethod
    def freed(cls, operation: str) -> AutogradError:
        """Say that a graph was walked back already and let go.

        Examples
        --------
        >>> print(AutogradError.freed("multiply"))
        this graph was freed when gradients were computed through it the first time (operation "multiply"). Compute the result again, or ask for retain_graph=True the first time
        """  # noqa: E501 (the message is one line)
        text = _(
            "this graph was freed when gradients were computed through it the first time (operation {operation}). "
            "Compute the result again, or ask for retain_graph=True the first time"
        )
        return cls(text.format(operation=shown(operation)))

    @classmethod
    def no_seed(cls, shape: tuple[int, ...]) -> AutogradError:
        """Say that a gradient of several numbers needs their weights.

        Examples
        --------
        >>> print(AutogradError.no_seed((3,)))
        only a single number has a gradient without more being said; this tensor has shape (3,). Reduce it first, as with .sum() or .mean(), or pass a gradient of shape (3,) that weighs its elements
        """  # noqa: E501 (the message is one line)
        text = _(
            "only a single number has a gradient without more being said; this tensor has shape {shape}. Reduce it "
            "first, as with .sum() or .mean(), or pass a gradient of shape {shape} that weighs its elements"
        )
        return cls(text.format(shape=shape))

    @classmethod
    def seed_shape(cls, received: tuple[int, ...], shape: tuple[int, ...]) -> AutogradError:
        """Say that a gradient that was passed has another shape than the tensor.

        Examples
        --------
        >>> print(AutogradError.seed_shape((2,), (3,)))
        the gradient that is passed in must have the tensor's shape, (3,); got (2,)
        """
        text = _("the gradient that is passed in must have the tensor's shape, {shape}; got {received}")
        return cls(text.format(shape=shape, received=received))

    @classmethod
    def seed_count(cls, received: int, outputs: int) -> AutogradError:
        """Say that there are more or fewer gradients than outputs.

        Examples
        --------
        >>> print(AutogradError.seed_count(1, 2))
        grad_outputs must have one gradient, or None, for each of the 2 outputs; got 1
        """
        text = _("grad_outputs must have one gradient, or None, for each of the {outputs} outputs; got {received}")
        return cls(text.format(outputs=outputs, received=received))

    @classmethod
    def changed(cls, operation: str, shape: tuple[int, ...]) -> AutogradError:
        """Say that a value that the gradient needs was changed after it was computed with.

        Examples
        --------
        >>> print(AutogradError.changed("exp", (2, 3)))
        a tensor of shape (2, 3) was changed in place after "exp" had computed with it, and the gradient needs the value that it had. Write y = y + 1 in place of y += 1, or change a copy: y = y.clone()
        """  # noqa: E501 (the message is one line)
        text = _(
            "a tensor of shape {shape} was changed in place after {operation} had computed with it, and the gradient "
            "needs the value that it had. Write y = y + 1 in place of y += 1, or change a copy: y = y.clone()"
        )
        return cls(text.format(shape=shape, operation=shown(operation)))

    @classmethod
    def leaf_in_place(cls) -> AutogradError:
        """Say that a tensor that collects gradients may not be changed while operations are recorded.

        Examples
        --------
        >>> print(AutogradError.leaf_in_place())
        a tensor that requires a gradient and was not computed may not be changed in place: its gradient belongs to the value that it has. For an update of weights write the change within "with no_grad():"
        """  # noqa: E501 (the message is one line)
        text = _(
            "a tensor that requires a gradient and was not computed may not be changed in place: its gradient belongs "
            'to the value that it has. For an update of weights write the change within "with no_grad():"'
        )
        return cls(text)

    @classmethod
    def in_place_shape(cls, shape: tuple[int, ...], result: tuple[int, ...]) -> AutogradError:
        """Say that the result of a change in place does not fit into the tensor.

        Examples
        --------
        >>> print(AutogradError.in_place_shape((3,), (2, 3)))
        a change in place must keep the tensor's shape, (3,); the result has shape (2, 3). Write y = y + x in place of y += x
        """  # noqa: E501 (the message is one line)
        text = _(
            "a change in place must keep the tensor's shape, {shape}; the result has shape {result}. Write y = y + x "
            "in place of y += x"
        )
        return cls(text.format(shape=shape, result=result))

    @classmethod
    def not_floats(cls, dtype: object) -> AutogradError:
        """Say that whole numbers have no gradient.

        Examples
        --------
        >>> print(AutogradError.not_floats("int64"))
        only tensors of float32 or float64 can require a gradient; this one has dtype int64. Make it with dtype=float
        """
        text = _(
            "only tensors of float32 or float64 can require a gradient; this one has dtype {dtype}. Make it with "
            "dtype=float"
        )
        return cls(text.format(dtype=dtype))

    @classmethod
    def dtype(cls, dtype: object) -> AutogradError:
        """Say which types a tensor may hold.

        Examples
        --------
        >>> print(AutogradError.dtype("complex128"))
        a tensor holds float32, float64, whole numbers or booleans; got dtype complex128
        """
        text = _("a tensor holds float32, float64, whole numbers or booleans; got dtype {dtype}")
        return cls(text.format(dtype=dtype))

    @classmethod
    def computed(cls) -> AutogradError:
        """Say that whether a computed tensor requires a gradient follows from what it was computed from.

        Examples
        --------
        >>> print(AutogradError.computed())
        requires_grad of a computed tensor follows from its inputs and cannot be set to False. y.detach() is the same value without its history
        """  # noqa: E501 (the message is one line)
        text = _(
            "requires_grad of a computed tensor follows from its inputs and cannot be set to False. y.detach() is the "
            "same value without its history"
        )
        return cls(text)

    @classmethod
    def as_array(cls) -> AutogradError:
        """Say that a tensor would lose its gradient by becoming an array.

        Examples
        --------
        >>> print(AutogradError.as_array())
        a tensor that requires a gradient does not turn into a NumPy array by itself, because its gradient would be lost. Write t.detach().numpy(), or use a function of glassnet.autograd
        """  # noqa: E501 (the message is one line)
        text = _(
            "a tensor that requires a gradient does not turn into a NumPy array by itself, because its gradient would "
            "be lost. Write t.detach().numpy(), or use a function of glassnet.autograd"
        )
        return cls(text)

    @classmethod
    def not_differentiable(cls, function: str, known: Iterable[str]) -> AutogradError:
        """Say that a function of NumPy does not work on tensors, and which do.

        Examples
        --------
        >>> print(AutogradError.not_differentiable("numpy.fft", ["exp", "log"]))
        numpy.fft does not work on tensors. What does: exp, log; where no gradient is needed, t.detach().numpy() is an array
        """  # noqa: E501 (the message is one line)
        text = _(
            "{function} does not work on tensors. What does: {known}; where no gradient is needed, t.detach().numpy() "
            "is an array"
        )
        return cls(text.format(function=function, known=listed(known)))

    @classmethod
    def option(cls, function: str, option: str) -> AutogradError:
        """Say that an option of a function does not go with tensors.

        Examples
        --------
        >>> print(AutogradError.option("silu", "out"))
        silu takes no "out" where it works on tensors; leave it out
        """
        text = _("{function} takes no {option} where it works on tensors; leave it out")
        return cls(text.format(function=function, option=shown(option)))

    @classmethod
    def unused(cls, position: int) -> AutogradError:
        """Say that the outputs do not depend on an input; counted from 0.

        Examples
        --------
        >>> print(AutogradError.unused(1))
        the outputs do not depend on input 1, so it has no gradient. Leave it out, or pass allow_unused=True to get None for it
        """  # noqa: E501 (the message is one line)
        text = _(
            "the outputs do not depend on input {position}, so it has no gradient. Leave it out, or pass "
            "allow_unused=True to get None for it"
        )
        return cls(text.format(position=position))

    @classmethod
    def not_a_tensor(cls, what: str, received: object) -> AutogradError:
        """Say that something must be a tensor; `what` comes translated.

        Examples
        --------
        >>> print(AutogradError.not_a_tensor("the function's result", 3.0))
        the function's result must be a Tensor that was computed from its arguments; got 3.0. Use the functions of glassnet.autograd, or NumPy's, on the tensors themselves
        """  # noqa: E501 (the message is one line)
        text = _(
            "{what} must be a Tensor that was computed from its arguments; got {received}. Use the functions of "
            "glassnet.autograd, or NumPy's, on the tensors themselves"
        )
        return cls(text.format(what=_(what), received=shown(received)))

    @classmethod
    def grad_shape(cls, received: object, shape: tuple[int, ...]) -> AutogradError:
        """Say what may be stored as a gradient.

        Examples
        --------
        >>> print(AutogradError.grad_shape((2,), (3,)))
        .grad must be None or a Tensor of the tensor's own shape, (3,); got (2,)
        """
        text = _(".grad must be None or a Tensor of the tensor's own shape, {shape}; got {received}")
        return cls(text.format(shape=shape, received=shown(received)))

    @classmethod
    def several(cls, what: str, shape: tuple[int, ...]) -> AutogradError:
        """Say that a tensor of several numbers is not one; `what` comes translated.

        Examples
        --------
        >>> print(AutogradError.several(".item()", (3,)))
        .item() needs a tensor of one element; this one has shape (3,). Choose one by t[0], or reduce it, as with .sum()
        """
        text = _(
            "{what} needs a tensor of one element; this one has shape {shape}. Choose one by t[0], or reduce it, as "
            "with .sum()"
        )
        return cls(text.format(what=what, shape=shape))

    # --------------------------------------------------------------------------------- losses written in Python

    @classmethod
    def loss_result(cls, name: str, received: object) -> AutogradError:
        """Say what a loss must return; `received` is a tensor's shape or what was not a tensor.

        Examples
        --------
        >>> print(AutogradError.loss_result("my_loss", (5, 1)))
        the loss my_loss must return a Tensor of one element, the mean over the rows; got (5, 1). Reduce it, as with .mean(), and compute with the tensors that it was given
        """  # noqa: E501 (the message is one line)
        text = _(
            "the loss {name} must return a Tensor of one element, the mean over the rows; got {received}. Reduce it, "
            "as with .mean(), and compute with the tensors that it was given"
        )
        return cls(text.format(name=name, received=shown(received)))

    @classmethod
    def loss_not_finite(cls, name: str, value: float) -> AutogradError:
        """Say that a loss is NaN or infinite though the scores are finite.

        Examples
        --------
        >>> print(AutogradError.loss_not_finite("my_loss", float("nan")))
        the loss my_loss returned nan for raw scores that are finite. Is there a logarithm of 0, a root of a negative number, a division by 0? glassnet.log_softmax and softplus are safe for scores of any size
        """  # noqa: E501 (the message is one line)
        text = _(
            "the loss {name} returned {value} for raw scores that are finite. Is there a logarithm of 0, a root of a "
            "negative number, a division by 0? glassnet.log_softmax and softplus are safe for scores of any size"
        )
        return cls(text.format(name=name, value=value))

    @classmethod
    def loss_gradient(cls, name: str, row: int, gradient: object, scores: object) -> AutogradError:
        """Say where the gradient of a loss is NaN or infinite though loss and scores are finite.

        Examples
        --------
        >>> print(AutogradError.loss_gradient("my_loss", 3, [float("inf")], [0.0]))
        the loss my_loss is finite, but its gradient is not: row 3 of the batch has [inf] at the raw scores [0.0]. A root at 0 has an infinite slope; so has a case that where() does not take, times 0
        """  # noqa: E501 (the message is one line)
        text = _(
            "the loss {name} is finite, but its gradient is not: row {row} of the batch has {gradient} at the raw "
            "scores {scores}. A root at 0 has an infinite slope; so has a case that where() does not take, times 0"
        )
        return cls(text.format(name=name, row=row, gradient=shown(gradient), scores=shown(scores)))

    @classmethod
    def loss_independent(cls, name: str) -> AutogradError:
        """Say that a loss does not depend on the scores that it was given.

        Examples
        --------
        >>> print(AutogradError.loss_independent("my_loss"))
        the loss my_loss does not depend on the raw scores that it was given, so nothing can be learned from it. Compute with its first argument itself, without detach(), no_grad() or NumPy copies
        """  # noqa: E501 (the message is one line)
        text = _(
            "the loss {name} does not depend on the raw scores that it was given, so nothing can be learned from it. "
            "Compute with its first argument itself, without detach(), no_grad() or NumPy copies"
        )
        return cls(text.format(name=name))

    @classmethod
    def loss_weights(cls, name: str) -> AutogradError:
        """Say that there are weights of rows, and the loss takes none.

        Examples
        --------
        >>> print(AutogradError.loss_weights("my_loss"))
        there are weights of rows (sample_weight or class_weight), and the loss my_loss takes none. Give it an argument for them: def my_loss(raw, target, sample_weight)
        """  # noqa: E501 (the message is one line)
        text = _(
            "there are weights of rows (sample_weight or class_weight), and the loss {name} takes none. Give it an "
            "argument for them: def {name}(raw, target, sample_weight)"
        )
        return cls(text.format(name=name))
