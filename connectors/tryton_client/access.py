"""Notices fields that Tryton leaves out of its answers because the user may not read them."""

from collections.abc import Iterable, Sequence
from typing import Any

from connectors.tryton_client.client import Row
from connectors.tryton_client.plan import StreamPlan


def hidden_fields(plan: StreamPlan, rows: Iterable[Row]) -> str:
    """A sentence naming the fields of the plan that `rows` lack; empty if they lack none.

    Tryton refuses a model that the user may not read, but of a model that he may it silently
    drops the fields whose own model, say that of products, he may not.
    """
    hidden = [field for field in plan.fields if any(_lacks(row, field.split(".")) for row in rows)]
    if not hidden:
        return ""
    return f"The key's user may not read these fields of {plan.model}: {', '.join(hidden)}."


def _lacks(value: Any, path: Sequence[str]) -> bool:
    if isinstance(value, list):
        return any(_lacks(item, path) for item in value)
    if not path or not isinstance(value, dict):
        return False
    return path[0] not in value or _lacks(value[path[0]], path[1:])
