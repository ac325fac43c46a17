"""What errors of formulas say: constructor, arguments, message."""

from typing import Any

from glassnet.errors import FormulaError

MESSAGES: list[Any] = [
    (FormulaError.at, ("x +", 4, "here"), 'formula "x +", column 4: here'),
    (FormulaError.about, ("x", "so"), 'formula "x": so'),
    (FormulaError.empty, (), 'a formula must be an expression, such as "x * sigmoid(x)"; got nothing'),
    (FormulaError.too_long, ("xxx", 2), 'formula "xxx": it must have at most 2 characters; it has 3'),
    (
        FormulaError.too_deep,
        ("--x", 1),
        'formula "--x": operations must be nested at most 1 times; they are nested more often',
    ),
    (
        FormulaError.character,
        ("x^2", 2, "^"),
        'formula "x^2", column 2: "^" is not part of the language; a power is written **, as in x**2',
    ),
    (
        FormulaError.character,
        ("#", 1, "#"),
        (
            'formula "#", column 1: "#" is not part of the language; '
            "formulas have numbers, names, + - * / **, comparisons, brackets and commas"
        ),
    ),
    (
        FormulaError.adjacent,
        ("2x", 2, "2", "x"),
        'formula "2x", column 2: between "2" and "x" an operator is missing; multiplication is written *, as in 2*x',
    ),
    (FormulaError.not_closed, ("(x", 1), 'formula "(x", column 1: this bracket is never closed'),
    (FormulaError.not_opened, ("x)", 2), 'formula "x)", column 2: this bracket closes nothing'),
    (FormulaError.syntax, ("x+", 3), 'formula "x+", column 3: something is missing or out of place here'),
    (
        FormulaError.number,
        ("1e999", 1, "1e999"),
        'formula "1e999", column 1: 1e999 is too large for a number of 64 bits',
    ),
    (
        FormulaError.function,
        ("rleu(x)", 1, "rleu", ["exp"], ["relu"]),
        (
            'formula "rleu(x)", column 1: there is no function "rleu"; there are exp and the activations. '
            'Did you mean "relu"?'
        ),
    ),
    (FormulaError.not_called, ("tanh", 1, "tanh"), 'formula "tanh", column 1: tanh is a function; write tanh(x)'),
    (
        FormulaError.arguments,
        ("exp()", 1, "exp", "exp(x)", 0),
        'formula "exp()", column 1: exp is written exp(x); got 0 arguments',
    ),
    (
        FormulaError.chained,
        ("0<x<1", 5),
        (
            'formula "0<x<1", column 5: comparisons come one at a time; '
            "for an interval write where(x > 0, where(x < 1, a, b), b)"
        ),
    ),
    (
        FormulaError.condition,
        ("where(x, 1, 2)", 7),
        'formula "where(x, 1, 2)", column 7: the first argument of where must be a comparison, such as x > 0',
    ),
    (FormulaError.missing, ("b*x", ["b"], ["x"]), 'formula "b*x": b has no value; pass b=1.0, say'),
    (
        FormulaError.missing,
        ("X*b", ["X", "b"], ["x"]),
        'formula "X*b": X, b have no value; pass X=1.0, b=1.0, say. Did you mean "x"?',
    ),
    (
        FormulaError.no_such_name,
        ("beta*x", "bta", ["beta"]),
        'formula "beta*x": it has no parameter "bta"; it has beta. Did you mean "beta"?',
    ),
    (FormulaError.no_such_name, ("x", "a", []), 'formula "x": it has no parameter "a"; it has none'),
    (
        FormulaError.not_finite,
        ("log(x)", "x", -3.0, "value", ("log(x)", "log of a negative number")),
        'formula "log(x)": it is not finite at x = -3.0: log(x) is the logarithm of a negative number',
    ),
    (
        FormulaError.not_finite,
        ("sqrt(x)", "p", 1 / 3, "slope", ("sqrt(x)", "slope")),
        'formula "sqrt(x)": its derivative is not finite at p = 0.333333: the slope of sqrt(x) is infinite there',
    ),
    (
        FormulaError.jump,
        ("x > 1", "x", 1.0, 0.0, 1.0),
        (
            'formula "x > 1": it jumps at x = 1.0, from 0 to 1; its pieces must meet, '
            "because the derivative knows nothing of a jump"
        ),
    ),
    (
        FormulaError.constant,
        ("0*x", "x", -0.0),
        'formula "0*x": it is 0 whatever x is; nothing can be learned from it',
    ),
    (
        FormulaError.flat,
        ("floor(x)", "x"),
        ('formula "floor(x)": its derivative by x is 0 wherever there is one; gradient descent gets nothing from it'),
    ),
    (
        FormulaError.disagrees,
        ("x", "x", 1.0, 0.5, "1.0", "value"),
        'formula "x": at x = 1.0 floats give 0.5 and 50 digits give 1.0: digits cancel. Write it another way',
    ),
    (
        FormulaError.disagrees,
        ("x", "x", 1.0, 0.5, "1.0", "slope"),
        (
            'formula "x": its derivative at x = 1.0 is 0.5 in floats and 1.0 in 50 digits: digits cancel. '
            "Write it another way"
        ),
    ),
    (FormulaError.reserved, ("x", "pi"), 'formula "x": pi has a meaning already and cannot be a parameter'),
]
