"""What errors of the playground's set-ups say: constructor, arguments, message."""

from typing import Any

from glassnet.errors import SetupError

MESSAGES: list[Any] = [
    (SetupError.missing, (), "there is no network yet: a set-up comes first"),
    (SetupError.at, ("model.loss", "no such loss"), "model.loss: no such loss"),
    (SetupError.at, ("", "no such loss"), "no such loss"),
    (SetupError.value, ("data.noise", "x", "a number"), 'data.noise must be a number; got "x"'),
    (SetupError.value, ("", [], "an object"), "the set-up must be an object; got []"),
    (SetupError.breaks, ("data.noise", "x" * 70, "a number"), f'data.noise must be a number; got "{"x" * 60}…"'),
    (
        SetupError.breaks,
        ("data.points", [[[[1]]], 2, 3, 4, 5], "shorter"),
        "data.points must be shorter; got [[[...]], 2, 3, 4, ...]",
    ),
    (SetupError.choice, ("data.name", 3, ["moons"]), "data.name must be one of moons; got 3"),
    (
        SetupError.choice,
        ("data.name", "moon", ["moons"]),
        'data.name must be one of moons; got "moon". Did you mean "moons"?',
    ),
    (SetupError.unknown, ("data", "sed", ["seed"]), 'data has no "sed"; it has seed. Did you mean "seed"?'),
    (SetupError.unknown, ("", "zzz", ["data"]), 'the set-up has no "zzz"; it has data'),
    (
        SetupError.per_layer,
        ("model.dropout", 3, 2),
        "model.dropout must be one value for all layers or a list of 2, one a layer; got a list of 3",
    ),
    (SetupError.too_deep, ("data", 8), "data: lists and objects may stand in each other 8 levels deep, not more"),
    (SetupError.too_large, ("data", 2000), "data: a set-up may hold 2,000 values, not more"),
    (
        SetupError.too_few_points,
        ("data.points",),
        "data.points: draw points of at least two classes, two or more in one of them",
    ),
    (
        SetupError.too_few_rows,
        ("data.points", 0),
        "data.points: at least two rows are needed, one to learn from and one to test by; there are 0",
    ),
    (SetupError.no_table, ("data.table", "w.csv"), 'data.table: the table "w.csv" is not here; upload it again'),
    (
        SetupError.not_numbers,
        ("data.table.columns[1]", "city", [f"c{i}" for i in range(21)]),
        'data.table.columns[1]: "city" does not hold numbers; these columns do: '
        + ", ".join(f"c{i}" for i in range(20))
        + ", …",
    ),
    (
        SetupError.too_few_columns,
        ("data.table", []),
        "data.table: two columns of numbers that vary are needed beside the target; there are: none",
    ),
    (
        SetupError.between,
        ("data.n_rows", -1, 0, 1e6, True),
        "data.n_rows must be a whole number from 0 to 1,000,000; got -1",
    ),
    (SetupError.between, ("data.noise", 7.5, 0, 0.5, False), "data.noise must be a number from 0 to 0.5; got 7.5"),
    (
        SetupError.too_many_classes,
        ("data.table.target", "zip", 300, 10, True),
        (
            'data.table.target: "zip" has 300 different values, and 10 classes can be shown; '
            'choose another target, or the task "regression"'
        ),
    ),
    (
        SetupError.too_many_classes,
        ("data.table.target", "city", 3000, 10, False),
        'data.table.target: "city" has 3,000 different values, and 10 classes can be shown; choose another target',
    ),
    (
        SetupError.is_target,
        ("data.table.columns[0]", "price"),
        'data.table.columns[0]: "price" is the target; choose another column to learn it from',
    ),
    (
        SetupError.one_class,
        ("data.table.target", "city"),
        (
            'data.table.target: the rows with values in all three columns need two classes of "city" or more, '
            "and two rows of one of them"
        ),
    ),
]
