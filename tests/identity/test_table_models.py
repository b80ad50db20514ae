"""The language of table models: what it says is what is meant, and faults are named."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from daifuku.errors import ModelError
from daifuku.records import Entity
from identity.model.conditions import Check, Op
from identity.model.load import load_model, parse_model, shipped_model
from identity.model.write import dump_model, write_model
from identity.tabular.derive import encode_table
from identity.training import train_table
from tests.support.tables import PEOPLE, people, untrained


def test_a_condition_is_alternatives_of_checks_that_all_hold() -> None:
    place = next(spec for spec in untrained().comparisons if spec.name == "place")
    assert place.missing == (
        (Check(Op.MISSING_BOTH, "city", "city"),),
        (Check(Op.MISSING_BOTH, "city", "phone"),),
    )
    assert place.levels[0].when == (
        (Check(Op.EQUAL, "city", "city"), Check(Op.EQUAL, "phone", "phone")),
    )


def test_a_comparison_is_missing_where_the_column_of_its_first_level_is() -> None:
    assert untrained().comparisons[0].missing == ((Check(Op.MISSING_EITHER, "first", "first"),),)


def values(column: str, *cells: str | None, entry: str) -> list[str | None]:
    """The cells of a table's column, made into a column by `entry`."""
    text = PEOPLE.replace("  year: {of: born, characters: 1-4}", f"  year: {entry}")
    blank = pa.array([None] * len(cells), pa.string())
    table = pa.table(dict.fromkeys(("id", "first", "last", "born", "city", "phone"), blank))
    table = table.set_column(table.column_names.index(column), column, [pa.array(cells)])
    made = encode_table(table, parse_model(text))[0]["year"]
    return [made.texts[int(i)].as_py() if i >= 0 else None for i in made.ids]


def test_columns_are_cut_cleaned_and_put_together() -> None:
    assert values("born", "1990-01-31", "", None, entry="{of: born, characters: 6-7}") == [
        "01",
        None,
        None,
    ]
    assert values("born", "a12b3", "x", entry="{of: born, matching: '[0-9]+'}") == ["12", None]
    assert values("born", "k-v", entry="{of: born, matching: '(.)-(.)', as: '\\2\\1'}") == ["vk"]
    assert values("city", " Kobe ", "-", entry="{of: city, clean: [trim, lower], missing: ['-']}")
    assert values("city", "a", None, entry="{first of: [born, city]}") == ["a", None]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("first alike 0.8", "first like 0.8", "is no check"),
        ("first alike 0.8", "first alike 1.5", "likeness above 0 and up to 1"),
        ("first alike 0.8", "first alike 0", "likeness above 0 and up to 1"),
        ("same born}", "same birthday}", "is no check"),
        ("characters: 1-4", "characters: 4-1", "names no characters"),
        ("of: born, characters", "of: birth, characters", "'birth' is not known"),
        ("frequency: first", "frequency: name", "'name' is not known"),
        ("    missing: [city", "    lacking: [city", "text is expected|Named values"),
        ("differ: {}\nblocking", "differ: {when: same city}\nblocking", "Leave 'when' out"),
        ("    same: {when: same born}", "    same: {m: 0.5}", "all its numbers or none"),
        ('matching: "^(....)', 'matching: "^(....', "regular expression"),
        ("same: [born]", "same: [birth]", "'birth' is not known"),
        ("clean: [digits]", "clean: [digit]", "'digit' is not known"),
        ("  year: {of", "  same year: {of", "cannot name a column"),
        ("key: id", "key: id\none_per_source: {crm: 12}", "which column names the source"),
        ("key: id", "key: id\nsource: city\none_per_source: {crm: -1}", "Bits of evidence"),
        ("key: id", "key: id\nrelations: {x: {share: 0.1}}", "belongs to a trained model"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, said: str) -> None:
    assert PEOPLE.count(old) == 1 or old == "frequency: first"
    with pytest.raises(ModelError, match=said) as caught:
        parse_model(PEOPLE.replace(old, new), name="people.yaml")
    assert caught.value.where.startswith("people.yaml:")


def test_a_model_without_blocking_rules_compares_nothing_and_is_refused() -> None:
    head = PEOPLE[: PEOPLE.index("blocking:")]
    with pytest.raises(ModelError, match="At least one blocking rule") as caught:
        parse_model(f"{head}blocking: {{}}\n", name="people.yaml")
    assert caught.value.where.startswith("people.yaml:")


def test_what_is_missing_of_several_columns_must_be_said() -> None:
    text = PEOPLE.replace("    missing: [city missing on both sides", "    # [")
    with pytest.raises(ModelError, match="it is open what is missing"):
        parse_model(text)


def test_a_trained_model_is_written_and_read_back_equal(tmp_path: Path) -> None:
    model = train_table(people(300, seed=4), untrained(), random_pairs=20_000)
    write_model(model, tmp_path / "trained.yaml")
    again = load_model(tmp_path / "trained.yaml")
    assert again.version == model.version
    for name in ("prior", "comparisons", "relations", "columns", "blocking", "clustering", "key"):
        assert getattr(again, name) == getattr(model, name), name
    for name, table in model.frequencies.items():
        assert dict(again.frequencies[name].shares) == dict(table.shares)
        assert again.frequencies[name].typical == table.typical


def test_many_counted_values_stand_in_a_file_beside_the_model(tmp_path: Path) -> None:
    table = people(900, seed=5, cities=120)
    model = train_table(table, untrained(), random_pairs=20_000)
    assert (
        "file: trained.frequencies.parquet" in dump_model(model, "trained.frequencies.parquet").text
    )
    write_model(model, tmp_path / "trained.yaml")
    assert load_model(tmp_path / "trained.yaml").version == model.version
    (tmp_path / "trained.frequencies.parquet").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(tmp_path / "trained.yaml")


def test_an_edited_model_has_another_version() -> None:
    model = train_table(people(300, seed=4), untrained(), random_pairs=20_000)
    written = dump_model(model)
    edited = written.text.replace("match: 0.5", "match: 0.6")
    assert parse_model(written.text, written.counts).version == model.version
    assert parse_model(edited, written.counts).version.startswith(f"{model.version}+")


def test_shipped_models_can_be_written_too() -> None:
    for entity in Entity:
        model = shipped_model(entity)
        again = parse_model(dump_model(model).text)
        assert again.comparisons == model.comparisons
        assert again.relations == model.relations


def test_the_shares_of_a_column_are_counted() -> None:
    table = people(300, seed=4)
    model = train_table(table, untrained(), random_pairs=20_000)
    firsts = [(value or "").strip().lower() for value in table["first"].to_pylist()]
    known = [value for value in firsts if value]
    assert model.frequencies["first"].of("anna") == known.count("anna") / len(known)
    assert model.frequencies["first"].of("nobody") == 1 / len(known)
    pairs = sum(known.count(v) * (known.count(v) - 1) for v in set(known))
    chance = pairs / (len(known) * (len(known) - 1))
    assert model.frequencies["first"].typical == pytest.approx(chance)
    assert np.isclose(model.comparisons[0].levels[0].u, chance, rtol=1e-5)
