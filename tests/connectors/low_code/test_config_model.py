"""A JSON schema of settings becomes a model that takes what fits and says what does not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from connectors.low_code.config_model import checked, config_model
from connectors.low_code.config_model import given as settings_given
from connectors.settings import faults_of, plain

TEXT = {"type": "string"}


def taken(schema: dict[str, Any], value: Any) -> Any:
    """What a setting `x` of that schema becomes."""
    return plain(checked({"properties": {"x": schema}}, {"x": value}))["x"]


def refused(schema: dict[str, Any], value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        checked({"properties": {"x": schema}, "required": ["x"]}, {"x": value})
    return faults_of(caught.value)


@pytest.mark.parametrize(
    ("schema", "value", "becomes"),
    [
        (TEXT, "a", "a"),
        (TEXT, 5, "5"),
        ({**TEXT, "format": "date"}, date(2026, 1, 31), "2026-01-31"),
        ({**TEXT, "pattern": "^[a-z]+$"}, "abc", "abc"),
        ({**TEXT, "pattern": "^[a-z]+$"}, "", ""),
        ({**TEXT, "pattern": "(?<name"}, "anything", "anything"),
        ({"type": "integer"}, "5", 5),
        ({"type": "number"}, 5, 5),
        ({"type": "number"}, "2.5", 2.5),
        ({"type": ["null", "string"]}, None, None),
        ({"type": ["null", "string"]}, "a", "a"),
        ({"type": "boolean"}, "true", True),
        ({"type": "array", "items": TEXT}, ["a", 1], ["a", "1"]),
        ({"type": "array"}, [{"a": 1}], [{"a": 1}]),
        ({"enum": ["a", "b"]}, "b", "b"),
        ({"const": "a"}, "a", "a"),
        ({}, {"any": ["thing"]}, {"any": ["thing"]}),
        ({"type": "object"}, {"free": 1}, {"free": 1}),
        ({"anyOf": [{"type": "integer"}, TEXT]}, "x", "x"),
    ],
)
def test_what_fits_is_taken(schema: dict[str, Any], value: Any, becomes: Any) -> None:
    assert taken(schema, value) == becomes


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({**TEXT, "pattern": "^[a-z]+$"}, "ABC9", "x: Value error, it must match ^[a-z]+$"),
        ({"type": "integer", "minimum": 3}, 2, "x: Input should be greater than or equal to 3"),
        ({"type": "integer"}, "many", "x: Input should be a valid integer"),
        ({"enum": ["a", "b"]}, "c", "x: Input should be 'a' or 'b'"),
        ({"enum": [1.5, [2]]}, 2, "x: Value error, it is none of the values it may have"),
        (
            {"type": "object", "required": ["y"], "properties": {"y": TEXT}},
            {},
            "x.y: Field required",
        ),
    ],
)
def test_what_does_not_fit_is_said_without_its_value(
    schema: dict[str, Any], value: Any, said: str
) -> None:
    assert said in refused(schema, value)
    assert "ABC9" not in refused(schema, value)


def test_one_of_several_is_told_by_its_constant() -> None:
    def way(kind: str, key: str) -> dict[str, Any]:
        secret = {**TEXT, "airbyte_secret": True}
        properties = {"auth": {**TEXT, "const": kind}, key: secret}
        return {"type": "object", "required": ["auth", key], "properties": properties}

    schema = {"properties": {"how": {"oneOf": [way("key", "api_key"), way("basic", "password")]}}}
    held = checked(schema, {"how": {"auth": "basic", "password": "planted"}})
    assert held["how"]["password"] == SecretStr("planted")
    assert plain(held) == {"how": {"auth": "basic", "password": "planted"}}


def test_names_that_python_cannot_have_are_kept() -> None:
    names = ["start-date", "class", "_hidden", "model_config", "copy", "json", "日本語"]
    schema = {"properties": dict.fromkeys(names, TEXT), "additionalProperties": False}
    given_names = dict.fromkeys(names, "x")
    assert plain(checked(schema, given_names)) == given_names


def test_defaults_are_given_and_nulls_are_not() -> None:
    schema = {"properties": {"size": {"type": "integer", "default": 3}, "note": TEXT}}
    model = config_model("x", schema)
    assert settings_given(model.model_validate({})) == {"size": 3}
    assert checked(schema, {}) == {}


def test_what_the_schema_does_not_name_is_a_secret() -> None:
    held = checked({"properties": {}}, {"token": "planted", "deep": {"list": ["planted"]}, "n": 1})
    assert held["token"] == SecretStr("planted")
    assert held["deep"]["list"] == [SecretStr("planted")]
    assert held["n"] == 1


SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(
                ["string", "integer", "number", "boolean", "null", "array", "x"]
            ),
            "enum": st.lists(st.text() | st.none() | st.integers(), max_size=2),
            "const": st.text() | st.integers() | st.booleans() | st.lists(st.text(), max_size=1),
            "default": st.text() | st.none(),
            "pattern": st.text(max_size=4),
            "airbyte_secret": st.booleans(),
            "minimum": st.integers(),
            "items": st.just({}) | st.none(),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object") | st.just(["object", "null"]),
            "properties": st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
            | st.none(),
            "oneOf": st.lists(inner, max_size=2),
            "required": st.lists(st.text(max_size=3), max_size=2),
            "additionalProperties": st.booleans(),
        },
    ),
    max_leaves=6,
)


@given(schema=SCHEMAS, value=st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3))
def test_no_schema_makes_anything_but_a_fault(schema: Any, value: dict[str, str]) -> None:
    try:
        held = checked({"properties": {"x": schema}}, {"x": value, **value})
    except ValidationError:
        return
    assert set(held) <= {"x", *value}
