"""What errors of targets say: constructor, arguments, message."""

import math

from glassnet.errors import TargetError

MESSAGES = [
    (
        TargetError.missing,
        ("people.csv", "income"),
        'the target "income" of people.csv is missing in every row: there is nothing to learn',
    ),
    (
        TargetError.missing_in_row,
        ("y", "row 3"),
        "y must not have missing values; row 3 has none. Leave such rows out, or use glassnet.fit, which does",
    ),
    (
        TargetError.is_date,
        ("people.csv", "born"),
        (
            'the target "born" of people.csv holds dates; a target must hold numbers or classes. '
            "Turn it to a number first, such as days since a fixed date"
        ),
    ),
    (
        TargetError.not_number,
        ("price", "row 4", "cheap"),
        (
            'the target "price" must hold numbers for regression; row 4 is "cheap". '
            'For classes: --task classification (task="classification")'
        ),
    ),
    (
        TargetError.infinite_in_row,
        ("price", "row 4", -math.inf),
        'the target "price" must be finite; row 4 is -infinity. Correct such rows, or leave them out',
    ),
    (
        TargetError.too_many_classes,
        ("people.csv", "name", 900, 1000),
        (
            'the target "name" of people.csv has 900 different values in 1,000 rows: too many for classes. '
            'Is another column the target? For numbers: --task regression (task="regression")'
        ),
    ),
    (
        TargetError.single_class,
        ("people.csv", "income", "low"),
        'the target "income" of people.csv is "low" in every row: there is nothing to tell apart',
    ),
    (
        TargetError.unseen_class,
        ("new.csv", "income", "row 7", "medium", ("high", "low")),
        (
            'row 7 of new.csv has the class "medium" in "income", which training never saw; it saw high, low. '
            "Leave such rows out, or train on rows that have it"
        ),
    ),
    (
        TargetError.unseen_class,
        ("new.csv", "k", "row 7", 12, tuple(range(12))),
        (
            'row 7 of new.csv has the class 12 in "k", which training never saw; it saw 0, 1, 2, 3, 4, 5, 6, 7, 8, …. '
            "Leave such rows out, or train on rows that have it"
        ),
    ),
    (
        TargetError.too_few_rows,
        ("people.csv", 3, 10),
        "people.csv has 3 rows with a target; at least 10 are needed to learn from some and test by others",
    ),
]
