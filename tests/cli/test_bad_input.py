"""Whatever comes in, a person gets a sentence that names what is wrong: no traceback, the right exit code."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.people import FAST, people, sentence, write_csv


class Case(NamedTuple):
    """Arguments that can't work, and what the message must name."""

    arguments: list[object]
    named: tuple[str, ...]
    code: int = 1


Make = Callable[[Path, Path], Case]
CASES: dict[str, Make] = {}


def case(make: Make) -> Make:
    CASES[make.__name__] = make
    return make


def train_on(path: Path, *named: str, target: str = "y", options: tuple[object, ...] = (), code: int = 1) -> Case:
    return Case(["train", path, "--target", target, *FAST, *options], named, code)


def text_file(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def labeled(n: int, **columns: object) -> list[dict[str, object]]:
    return [{"x": k + 0.5, **columns, "y": "ab"[k % 2]} for k in range(n)]


@case
def missing_file(folder, model):
    return train_on(folder / "no.csv", "no.csv")


@case
def a_folder(folder, model):
    (folder / "f.csv").mkdir()
    return train_on(folder / "f.csv", "f.csv")


@case
def a_format_that_is_not_known(folder, model):
    (folder / "t.xlsx").write_bytes(b"PK\x03\x04")
    return train_on(folder / "t.xlsx", "t.xlsx")


@case
def missing_target(folder, model):
    return train_on(write_csv(folder / "t.csv", people(40)), '"incme"', '"income"', "t.csv", target="incme")


@case
def no_target_said(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return Case(["train", path], ("--target", "age, city, wage, planet, income"), 2)


@case
def empty_file(folder, model):
    return train_on(text_file(folder, ""), "t.csv")


@case
def header_only(folder, model):
    return train_on(text_file(folder, "x,y\n"), "t.csv")


@case
def too_few_rows(folder, model):
    return train_on(write_csv(folder / "t.csv", labeled(3)), "t.csv", "3")


@case
def one_class_only(folder, model):
    rows = [{"x": k + 0.5, "y": "same"} for k in range(40)]
    return train_on(write_csv(folder / "t.csv", rows), '"y"', '"same"')


@case
def target_all_missing(folder, model):
    rows = [{"x": k + 0.5, "y": ""} for k in range(40)]
    return train_on(write_csv(folder / "t.csv", rows), '"y"', "t.csv")


@case
def all_columns_missing(folder, model):
    rows = [{"empty": "", "y": "ab"[k % 2]} for k in range(40)]
    return train_on(write_csv(folder / "t.csv", rows), '"empty"', "t.csv")


@case
def infinite_value(folder, model):
    rows = labeled(40)
    rows[6]["x"] = "inf"
    return train_on(write_csv(folder / "t.csv", rows), '"x"', "7")


@case
def infinite_target(folder, model):
    rows = [{"x": k + 0.5, "y": k * 1.5} for k in range(40)]
    rows[6]["y"] = "-inf"
    return train_on(write_csv(folder / "t.csv", rows), '"y"', "7")


@case
def ragged_row(folder, model):
    lines = ["x,name,y", *(f"{k}.5,n{k % 5},{'ab'[k % 2]}" for k in range(40))]
    lines[8] = '7.5,"Smith", J,a'
    return train_on(text_file(folder, "\n".join(lines) + "\n"), "t.csv", "8", "--skip-bad-rows")


@case
def text_asked_to_be_numbers(folder, model):
    rows = labeled(40)
    rows[6]["x"] = "n/k"
    path = write_csv(folder / "t.csv", rows)
    return train_on(path, '"x"', '"n/k"', "7", options=("--numeric", "x"))


@case
def unknown_column_to_ignore(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, '"planets"', '"planet"', target="income", options=("--ignore", "planets"))


@case
def unknown_encoding(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "utf-9", target="income", options=("--encoding", "utf-9"))


@case
def damaged_gzip(folder, model):
    path = folder / "t.csv.gz"
    path.write_bytes(gzip.compress(b"x,y\n" + b"1,2\n" * 1000)[:-20])
    return train_on(path, "t.csv.gz")


@case
def damaged_parquet(folder, model):
    (folder / "t.parquet").write_bytes(b"PAR1" + bytes(100))
    return train_on(folder / "t.parquet", "t.parquet")


@case
def unknown_name(folder, model):
    return Case(["train", "t.csv", "--activation", "rleu"], ("--activation", '"rleu"', '"relu"'), 2)


@case
def number_out_of_range(folder, model):
    return Case(["train", "t.csv", "--dropout", "1.5"], ("--dropout", '"1.5"'), 2)


@case
def not_a_number(folder, model):
    return Case(["train", "t.csv", "--learning-rate", "fast"], ("--learning-rate", '"fast"'), 2)


@case
def nan_as_a_number(folder, model):
    return Case(["train", "t.csv", "--alpha", "nan"], ("--alpha", '"nan"'), 2)


@case
def layers_of_nothing(folder, model):
    return Case(["train", "t.csv", "--hidden", "64,0"], ("--hidden", '"64,0"'), 2)


@case
def loss_for_another_task(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "--loss", target="wage", options=("--loss", "softmax_cross_entropy"), code=2)


@case
def output_that_does_not_fit(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "--output-activation", target="income", options=("--output-activation", "exp"), code=2)


@case
def weights_of_classes_for_numbers(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "--class-weight", target="wage", options=("--class-weight", "balanced"), code=2)


@case
def dropout_for_other_layers(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "dropout", "3", target="income", options=("--dropout", "0.1,0.2,0.3"), code=2)


@case
def two_tests(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "--test-fraction", options=("--test", path, "--test-fraction", "0.5"), code=2)


@case
def a_test_table_without_the_target(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    test = write_csv(folder / "test.csv", [{"age": 1, "city": "Rome"}])
    return train_on(path, "test.csv", '"income"', target="income", options=("--test", test))


@case
def a_test_table_without_a_column(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    test = write_csv(folder / "test.csv", [{"age": 1, "town": "Rome", "wage": 3, "income": ">50K"}])
    return train_on(path, "test.csv", '"city"', target="income", options=("--test", test))


@case
def no_arguments(folder, model):
    return Case(["train"], ("glassnet train",), 2)


@case
def no_table(folder, model):
    return Case(["predict", model], ("glassnet predict",), 2)


@case
def no_model(folder, model):
    return Case(["predict", folder / "no.glass", folder / "t.csv"], ("no.glass",))


@case
def columns_missing_at_prediction(folder, model):
    rows = [{"age": 30, "town": "Rome", "wage": 40.5}]
    return Case(["predict", model, write_csv(folder / "t.csv", rows)], ("t.csv", '"city"'))


@case
def text_where_numbers_were(folder, model):
    rows = people(20)
    rows[6]["wage"] = "a lot"
    return Case(["predict", model, write_csv(folder / "t.csv", rows)], ('"wage"', '"a lot"', "7"))


@case
def infinite_value_at_prediction(folder, model):
    rows = people(20)
    rows[6]["wage"] = "inf"
    return Case(["predict", model, write_csv(folder / "t.csv", rows)], ('"wage"', "7"))


@case
def zero_rows_to_predict(folder, model):
    return Case(["predict", model, text_file(folder, "age,city,wage,planet\n")], ("t.csv",))


@case
def zero_rows_to_evaluate(folder, model):
    return Case(["evaluate", model, text_file(folder, "age,city,wage,planet,income\n")], ("t.csv",))


@case
def target_missing_at_evaluation(folder, model):
    rows = [{**{k: v for k, v in row.items() if k != "income"}, "incomes": row["income"]} for row in people(20)]
    return Case(["evaluate", model, write_csv(folder / "t.csv", rows)], ("t.csv", '"income"', '"incomes"'))


@case
def a_class_never_seen(folder, model):
    rows = people(20)
    rows[6]["income"] = rows[9]["income"] = "50K"
    return Case(["evaluate", model, write_csv(folder / "t.csv", rows)], ('"50K"', '"income"', "7", "<=50K"))


def changed_model(folder, model, change):
    path = folder / "m.glass"
    path.write_bytes(change(model.read_bytes()))
    return Case(["predict", path, write_csv(folder / "t.csv", people(20))], ("m.glass",))


@case
def a_truncated_model(folder, model):
    return changed_model(folder, model, lambda content: content[:-100])


@case
def an_empty_model(folder, model):
    return changed_model(folder, model, lambda content: b"")


@case
def an_altered_model(folder, model):
    return changed_model(folder, model, lambda content: content[:-1] + bytes([content[-1] ^ 1]))


@case
def a_foreign_model(folder, model):
    return changed_model(folder, model, lambda content: b"\x80\x04\x95 not a model, but long enough to be one")


@case
def a_table_as_a_model(folder, model):
    path = write_csv(folder / "t.csv", people(20))
    return Case(["evaluate", path, path], ("t.csv",))


@case
def out_in_a_folder_that_is_not_there(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "nowhere", target="income", options=("--out", folder / "nowhere" / "m.glass"))


@case
def out_is_a_folder(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, str(folder), target="income", options=("--out", folder))


@case
def out_below_a_file(folder, model):
    path = write_csv(folder / "t.csv", people(40))
    return train_on(path, "t.csv", target="income", options=("--out", path / "m.glass"))


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_names_what_is_wrong(run, model, tmp_path, name, language):
    made = CASES[name](tmp_path, model)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    sentence(run(*made.arguments, "--lang", language), made.code, *made.named)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before, "nothing was written"


@pytest.mark.parametrize("name", CASES)
def test_programs_get_it_as_json(run, model, tmp_path, name):
    made = CASES[name](tmp_path, model)
    done = run(*made.arguments, "--json")
    assert done.err == ""
    result = json.loads(done.out)
    assert set(result) == {"error", "exit_code"}
    assert result["exit_code"] == done.code == made.code
    assert all(word in result["error"] for word in made.named)


def test_some_are_told_in_chinese(run, model, tmp_path):
    for name in ("missing_target", "unknown_name", "ragged_row", "a_class_never_seen", "an_altered_model"):
        folder = tmp_path / name
        folder.mkdir()
        made = CASES[name](folder, model)
        done = run(*made.arguments, "--lang", "zh")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in done.err), done.err
