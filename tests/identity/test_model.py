from pathlib import Path

import pytest

from daifuku.errors import ModelError
from daifuku.records import Band, Entity
from identity.model.load import SHIPPED, load_model, shipped_models
from identity.model.types import Model

PERSON = (SHIPPED / "person.yaml").read_text(encoding="utf-8")


def load(tmp_path: Path, text: str) -> Model:
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return load_model(file)


def test_every_entity_has_a_model() -> None:
    models = shipped_models()
    assert {entity: model.entity for entity, model in models.items()} == {e: e for e in Entity}


def test_whatever_changes_a_weight_changes_the_version(tmp_path: Path) -> None:
    shipped = load(tmp_path, PERSON).version
    assert load(tmp_path, PERSON).version == shipped
    assert load(tmp_path, PERSON.replace("m: 0.985", "m: 0.986")).version != shipped


def test_bands_follow_the_thresholds() -> None:
    model = shipped_models()[Entity.PERSON]
    just = model.match_weight
    assert model.band(just) is Band.MATCH
    assert model.band(just - 0.01) is Band.POSSIBLE
    assert model.band(model.possible_weight - 0.01) is Band.NON_MATCH


def test_a_rare_surname_is_floored_and_an_unknown_one_has_the_fallback() -> None:
    table = shipped_models()[Entity.PERSON].frequencies["surnames"]
    assert table.of("佐藤") > table.of("鈴木") > table.of("田中") > 0.005
    assert table.of("サトー") >= table.of("佐藤")
    assert table.of("無比類無") == table.fallback


@pytest.mark.parametrize(
    ("was", "is_now", "line_of", "says"),
    [
        ("entity: person", "entity: robot", "entity: robot", "'robot' is not known here"),
        ("prior: 0.00002", "prior: often", "prior: often", "A number is expected"),
        ("prior: 0.00002", "prior: 3", "prior: 3", "between 0 and 1"),
        ("  gender:", "  shoe size:", "same:   {m: 0.985", "no comparison 'shoe size'"),
        ("m: 0.985", "m: 0.500", "same:   {m: 0.500", "The m of 'gender' sum to 0.515"),
        ("frequency: given names", "frequency: pets", "frequency: pets", "'pets' is not known"),
        ("[any_email], cap: 60", "[any_mail], cap: 60", "[any_mail]", "'any_mail' is not known"),
        ("[any_email], cap: 60", "[any_email], cap: 0", "cap: 0}", "at least 1"),
        ("possible: 0.50", "possible: 0.99", "possible: 0.99", "cannot need more than a match"),
        ("  neighbours:\n", "  neighbours:\n    pets: {same: 0.5}\n", "pets:", "is not compared"),
        ("version: person-1", "version: [", "version: [", "This is no YAML"),
    ],
)
def test_a_fault_is_named_with_file_and_line(
    tmp_path: Path, was: str, is_now: str, line_of: str, says: str
) -> None:
    text = PERSON.replace(was, is_now, 1)
    assert text != PERSON
    with pytest.raises(ModelError, match=says) as raised:
        load(tmp_path, text)
    line = 1 + next(i for i, found in enumerate(text.splitlines()) if line_of in found)
    if says != "This is no YAML":
        assert raised.value.where == f"{tmp_path / 'own.yaml'}:{line}"


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list"])
def test_what_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ModelError, match=r"own\.yaml:1"):
        load(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.yaml cannot be read"):
        load_model(tmp_path / "none.yaml")
