"""From the JSON schema of a connector's settings to a pydantic model of them.

Airbyte marks secret settings with `airbyte_secret`: they become `SecretStr`, and the hub seals
them. A text that the schema does not name may be a secret too, and is taken for one.
"""

import keyword
import re
from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    create_model,
    model_validator,
)

Schema = Mapping[str, Any]


class _Settings(BaseModel):
    """The base of the models: names are the schema's, and what it does not name is sealed."""

    model_config = ConfigDict(
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        serialize_by_alias=True,
    )

    @model_validator(mode="after")
    def _seal_unnamed(self) -> "_Settings":
        extra = self.__pydantic_extra__
        if extra:
            extra |= {name: sealed(value) for name, value in extra.items()}
        return self


class _Open(_Settings):
    model_config = ConfigDict(extra="allow")


class _Closed(_Settings):
    model_config = ConfigDict(extra="forbid")


def config_model(
    name: str, schema: Schema, further: type[BaseModel] | None = None
) -> type[BaseModel]:
    """The model of an object's schema, with the fields of `further` that it does not name itself.

    Its fields bear the schema's names, as aliases where Python could not.
    """
    properties = schema.get("properties")
    fields: dict[str, Any] = {}
    required = set(schema.get("required") or ())
    for key, part in (properties if isinstance(properties, Mapping) else {}).items():
        fields[_field_name(key)] = _field(f"{name}_{key}", key, part, required=key in required)
    closed = schema.get("additionalProperties") is False
    own = _Closed if closed else _Open
    bases: Any = (further, own) if further else own
    return create_model(_class_name(name), __base__=bases, **fields)


def sealed(value: Any) -> Any:
    """`value` with each text in it, however deep, as a secret."""
    if isinstance(value, str):
        return SecretStr(value)
    if isinstance(value, list | tuple):
        return [sealed(item) for item in value]
    if isinstance(value, Mapping):
        return {key: sealed(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def checked(schema: Schema, settings: Schema) -> dict[str, Any]:
    """The settings as they were given, those that the schema calls secret as `SecretStr`.

    Raises:
        ValidationError: they do not fit the schema.
    """
    model = config_model("config", schema).model_validate(dict(settings))
    held: dict[str, Any] = model.model_dump(by_alias=True, exclude_unset=True)
    return held


def given(config: BaseModel) -> dict[str, Any]:
    """The settings by the schema's names, defaults included and secrets as `SecretStr`; what was
    not given and has no default is left out, for a connector may not expect a null."""
    present: dict[str, Any] = _present(config.model_dump(by_alias=True))
    return present


class AsGiven(BaseModel):
    """Settings that were validated before: what the CDK's adapters take."""

    model_config = ConfigDict(extra="allow")


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list) else value


def _field(name: str, key: str, schema: Any, *, required: bool) -> tuple[Any, Any]:
    schema = schema if isinstance(schema, Mapping) else {}
    kind = _kind(name, schema)
    fixed = "const" in schema and "default" not in schema
    default = schema["const"] if fixed else schema.get("default")
    must = required and default is None
    options: dict[str, Any] = {"description": schema.get("description") or schema.get("title")}
    if _field_name(key) != key:
        options["alias"] = key
    if not must and default is None:
        kind = kind | None
    return kind, Field(**options) if must else Field(default, validate_default=True, **options)


def _kind(name: str, schema: Schema) -> Any:
    """The type of what fits `schema`."""
    if schema.get("airbyte_secret"):
        return SecretStr
    if "const" in schema:
        return _among([schema["const"]])
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return _among(schema["enum"])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return _one_of([_kind(f"{name}_{number}", part) for number, part in enumerate(choices)])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return _one_of([_kind(name, {**schema, "type": kind}) for kind in kinds] or [Any])
    return _simple(name, schema, str(kinds))


def _simple(name: str, schema: Schema, kind: str) -> Any:
    plain = {"boolean": bool, "null": type(None)}
    if kind in plain:
        return plain[kind]
    if kind == "string":
        return _text(schema.get("pattern"))
    if kind in ("integer", "number"):
        number = int if kind == "integer" else int | float
        return Annotated[number, Field(ge=schema.get("minimum"), le=schema.get("maximum"))]
    if kind == "array":
        items = schema.get("items")
        item = _kind(f"{name}_item", items if isinstance(items, Mapping) else {})
        return GenericAlias(list, (item,))
    return config_model(name, schema) if kind == "object" or "properties" in schema else Any


def _among(values: list[Any]) -> Any:
    """One of these values."""
    if all(isinstance(value, str | int | None) for value in values):
        return Literal[tuple(values)]

    def listed(value: Any) -> Any:
        if value not in values:
            raise ValueError("it is none of the values it may have")
        return value

    return Annotated[Any, AfterValidator(listed)]


def _one_of(kinds: list[Any]) -> Any:
    return reduce(or_, kinds)


def _text(pattern: Any) -> Any:
    plain = Annotated[str, BeforeValidator(_dates_as_text)]
    try:
        wanted = re.compile(pattern) if isinstance(pattern, str) else None
    except re.error:  # it is written for another dialect of patterns
        wanted = None
    if wanted is None:
        return plain

    def matching(value: str) -> str:
        if value and not wanted.search(value):
            raise ValueError(f"it must match {wanted.pattern}")
        return value

    return Annotated[plain, AfterValidator(matching)]


def _dates_as_text(value: Any) -> Any:
    """YAML reads 2026-01-31 as a date, where a manifest wants its text."""
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return value


def _field_name(key: str) -> str:
    plain = key.isidentifier() and not key.startswith("_") and not keyword.iskeyword(key)
    if plain and not hasattr(_Settings, key):
        return key
    return "setting_" + re.sub(r"\W", "_", key)


def _class_name(name: str) -> str:
    return re.sub(r"\W", "_", name) or "Settings"
