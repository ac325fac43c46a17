"""What errors of tables say: constructor, arguments, message."""

import math
from typing import Any

from glassnet.errors import TableError

MESSAGES: list[Any] = [
    (TableError.no_rows, ("people.csv",), "people.csv has a header but no rows"),
    (
        TableError.no_column,
        ("people.csv", "incme", ("age", "income")),
        'people.csv has no column "incme". The nearest: "income". Columns: age, income (2)',
    ),
    (
        TableError.no_column,
        ("X", "zzz", tuple("abcdefghijk")),
        'X has no column "zzz". Columns: a, b, c, d, e, f, g, h, …, k (11)',
    ),
    (
        TableError.not_a_table,
        ("X", 5),
        ("X must be a table: a data frame, a dict of columns, a list of rows or an array with two dimensions; got int"),
    ),
    (
        TableError.two_dimensions,
        ("X", (3,)),
        (
            "X must have rows and columns; got shape (3,). "
            "Reshape your data: X.reshape(-1, 1) is one column, X.reshape(1, -1) is one row"
        ),
    ),
    (TableError.two_dimensions, ("X", (2, 2, 2)), "X must have two dimensions, rows and columns; got shape (2, 2, 2)"),
    (
        lambda: TableError.two_dimensions("X", (3,), frame=True),
        (),
        "X must have rows and columns; got a series. One column: X.to_frame()",
    ),
    (
        TableError.sparse,
        ("X", (3, 4)),
        (
            "X must be a table with a value in every cell; got a sparse matrix of shape (3, 4). "
            "MLPClassifier and MLPRegressor take sparse matrices; X.toarray() makes a dense array"
        ),
    ),
    (
        TableError.repeated_columns,
        ("X", ("a",)),
        'columns of X must have different names; "a" is there more than once. Rename all but one',
    ),
    (
        TableError.repeated_columns,
        ("X", ("a", "b")),
        'columns of X must have different names; "a", "b" are there more than once. Rename all but one',
    ),
    (
        TableError.several_levels,
        ("X", ("a", "b")),
        (
            "columns of X must have one name each; got names of several levels, as ('a', 'b'). "
            "Join them: frame.columns = frame.columns.map(str)"
        ),
    ),
    (
        TableError.lengths,
        ("X", "a", 2, "b", 1),
        'columns of X must have as many rows as each other; "a" has 2, "b" has 1',
    ),
    (TableError.row_lengths, ("X", 7, 1, 2), "rows of X must have as many values as the first, 2; row 7 has 1"),
    (TableError.n_names, ("X", 1, 2), "names must have one name for each column of X, 2; got 1"),
    (TableError.not_a_column, ("X", "a", 5), 'column "a" of X must be a sequence of values; got 5'),
    (TableError.not_a_column, ("y", "y", "text"), 'y must be a sequence of values; got "text"'),
    (TableError.one_dimension, ("X", "a", (2, 2)), 'column "a" of X must have one dimension; got shape (2, 2)'),
    (
        TableError.not_a_value,
        ("X", "tags", "list"),
        (
            'column "tags" of X must hold numbers, texts, booleans or dates; got values of type list. '
            "Make columns of their parts, or drop the column"
        ),
    ),
    (
        TableError.complex_numbers,
        ("X", "z"),
        (
            'Complex data not supported: column "z" of X must hold real numbers. '
            "Make one column of the real parts and one of the imaginary parts"
        ),
    ),
    (
        TableError.nothing_to_use,
        ("people.csv", (("id", "counts the rows"), ("unit", "the same value in all rows"))),
        (
            "people.csv has no column to learn from. "
            'Left out: "id" (counts the rows), "unit" (the same value in all rows)'
        ),
    ),
    (TableError.nothing_to_use, ("X", ()), "X has no column to learn from."),
    (
        TableError.two_uses,
        ("zip", "categorical", "ignore"),
        'a column must be named in one list only; "zip" is in categorical and in ignore',
    ),
    (
        TableError.infinite,
        ("X", "row 3", "ratio", -math.inf),
        (
            'column "ratio" of X must hold finite numbers; row 3 is -infinity. '
            "Use an empty cell (NaN) where there is no number, or a large number"
        ),
    ),
    (
        TableError.text_for_number,
        ("people.csv", "row 7", "age", "n/a"),
        'column "age" of people.csv must hold numbers; row 7 is "n/a". Use an empty cell where there is no number',
    ),
    (
        TableError.not_a_date,
        ("X", "row 7", "when", "29.2.2024"),
        (
            'column "when" of X must hold dates; row 7 is "29.2.2024". '
            "Text is read as ISO 8601, as 2024-02-29 or 2024-02-29 12:30"
        ),
    ),
    (
        TableError.missing_columns,
        ("new.csv", ("age", "income"), ("Age", "city")),
        (
            'new.csv must have the columns that the model learned from; "age", "income" are missing. '
            'The nearest: "Age". Columns: Age, city (2)'
        ),
    ),
    (
        TableError.missing_columns,
        ("new.csv", ("income",), ("city",)),
        'new.csv must have the columns that the model learned from; "income" is missing. Columns: city (1)',
    ),
]
