"""What errors of gradients say: constructor, arguments, message."""

from typing import Any

from glassnet.errors import AutogradError

MESSAGES: list[Any] = [
    (
        AutogradError.no_gradient,
        ("an input",),
        (
            "there is no gradient to compute: an input does not depend on a tensor that requires one. Make one "
            "with Tensor(..., requires_grad=True), and compute outside of no_grad() and without detach()"
        ),
    ),
    (
        AutogradError.freed,
        ("exp",),
        (
            'this graph was freed when gradients were computed through it the first time (operation "exp"). '
            "Compute the result again, or ask for retain_graph=True the first time"
        ),
    ),
    (
        AutogradError.no_seed,
        ((2, 3),),
        (
            "only a single number has a gradient without more being said; this tensor has shape (2, 3). Reduce it"
            " first, as with .sum() or .mean(), or pass a gradient of shape (2, 3) that weighs its elements"
        ),
    ),
    (AutogradError.seed_shape, ((), (3,)), "the gradient that is passed in must have the tensor's shape, (3,); got ()"),
    (
        AutogradError.seed_count,
        (3, 2),
        "grad_outputs must have one gradient, or None, for each of the 2 outputs; got 3",
    ),
    (
        AutogradError.changed,
        ("multiply", (2,)),
        (
            'a tensor of shape (2,) was changed in place after "multiply" had computed with it, and the gradient '
            "needs the value that it had. Write y = y + 1 in place of y += 1, or change a copy: y = y.clone()"
        ),
    ),
    (
        AutogradError.leaf_in_place,
        (),
        (
            "a tensor that requires a gradient and was not computed may not be changed in place: its gradient "
            'belongs to the value that it has. For an update of weights write the change within "with no_grad():"'
        ),
    ),
    (
        AutogradError.in_place_shape,
        ((3,), (2, 3)),
        (
            "a change in place must keep the tensor's shape, (3,); the result has shape (2, 3). Write y = y + x "
            "in place of y += x"
        ),
    ),
    (
        AutogradError.not_floats,
        ("int32",),
        (
            "only tensors of float32 or float64 can require a gradient; this one has dtype int32. Make it with "
            "dtype=float"
        ),
    ),
    (AutogradError.dtype, ("object",), "a tensor holds float32, float64, whole numbers or booleans; got dtype object"),
    (
        AutogradError.computed,
        (),
        (
            "requires_grad of a computed tensor follows from its inputs and cannot be set to False. y.detach() is"
            " the same value without its history"
        ),
    ),
    (
        AutogradError.as_array,
        (),
        (
            "a tensor that requires a gradient does not turn into a NumPy array by itself, because its gradient "
            "would be lost. Write t.detach().numpy(), or use a function of glassnet.autograd"
        ),
    ),
    (
        AutogradError.not_differentiable,
        ("numpy.cumsum", ("sum", "mean")),
        (
            "numpy.cumsum does not work on tensors. What does: sum, mean; where no gradient is needed, "
            "t.detach().numpy() is an array"
        ),
    ),
    (AutogradError.option, ("silu", "out"), 'silu takes no "out" where it works on tensors; leave it out'),
    (
        AutogradError.unused,
        (0,),
        (
            "the outputs do not depend on input 0, so it has no gradient. Leave it out, or pass allow_unused=True"
            " to get None for it"
        ),
    ),
    (
        AutogradError.not_a_tensor,
        ("the function's result", None),
        (
            "the function's result must be a Tensor that was computed from its arguments; got None. Use the "
            "functions of glassnet.autograd, or NumPy's, on the tensors themselves"
        ),
    ),
    (
        AutogradError.grad_shape,
        ((1,), (2,)),
        ".grad must be None or a Tensor of the tensor's own shape, (2,); got (1,)",
    ),
    (
        AutogradError.several,
        (".item()", (2,)),
        (
            ".item() needs a tensor of one element; this one has shape (2,). Choose one by t[0], or reduce it, as"
            " with .sum()"
        ),
    ),
    (
        AutogradError.loss_result,
        ("f", 2.0),
        (
            "the loss f must return a Tensor of one element, the mean over the rows; got 2.0. Reduce it, as with "
            ".mean(), and compute with the tensors that it was given"
        ),
    ),
    (
        AutogradError.loss_not_finite,
        ("f", float("inf")),
        (
            "the loss f returned inf for raw scores that are finite. Is there a logarithm of 0, a root of a negative "
            "number, a division by 0? glassnet.log_softmax and softplus are safe for scores of any size"
        ),
    ),
    (
        AutogradError.loss_gradient,
        ("f", 0, [1.0], [2.0]),
        (
            "the loss f is finite, but its gradient is not: row 0 of the batch has [1.0] at the raw scores [2.0]. A "
            "root at 0 has an infinite slope; so has a case that where() does not take, times 0"
        ),
    ),
    (
        AutogradError.loss_independent,
        ("f",),
        (
            "the loss f does not depend on the raw scores that it was given, so nothing can be learned from it. "
            "Compute with its first argument itself, without detach(), no_grad() or NumPy copies"
        ),
    ),
    (
        AutogradError.loss_weights,
        ("f",),
        (
            "there are weights of rows (sample_weight or class_weight), and the loss f takes none. Give it an argument "
            "for them: def f(raw, target, sample_weight)"
        ),
    ),
]
