"""A connector's config as its libraries read it, and the secrets in it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError


def plain(value: Any) -> Any:
    """A config in JSON types, secrets in the clear: hand it on, never show it."""
    if isinstance(value, BaseModel):
        return {name: plain(item) for name, item in value}
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def secrets(value: Any) -> Iterator[str]:
    """Every secret in a config."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for _, item in value:
            yield from secrets(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from secrets(item)
    elif isinstance(value, dict):
        yield from secrets(list(value.values()))


def faults_of(error: ValidationError) -> str:
    """What does not fit, field by field, without the values."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'config'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
