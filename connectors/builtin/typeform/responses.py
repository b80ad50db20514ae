"""A Typeform response as a record: the same from the Responses API and from a webhook.

https://www.typeform.com/developers/responses/JSON-response-explanation/
https://www.typeform.com/developers/webhooks/example-payload/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.forms.answers import Answer, answered
from connectors.protocol import Record, Unreadable

RESPONSES = "responses"

Json = Mapping[str, Any]

_KNOWN = {"email": "email", "phone_number": "phone"}


def response_record(definition: Json, response: Json) -> Record | Unreadable:
    """The record of one response to the form of this definition.

    What only one of the two ways tells (browser, network) is left out, so that a response has one
    content however it came.
    """
    form, token = str(definition.get("id", "")), response.get("token")
    if not isinstance(token, str) or not token:
        return Unreadable(RESPONSES, form, "no_key", "The response has no token.")
    fields = {field["id"]: field for field in _fields(definition) if "id" in field}
    answers = [
        _answer(answer, fields)
        for answer in _objects(response.get("answers"))
        if answer.get("type")
    ]
    data = {
        "form": {"id": form, "title": str(definition.get("title", ""))},
        "token": token,
        "landed_at": response.get("landed_at"),
        "submitted_at": response.get("submitted_at"),
        "hidden": response.get("hidden") or {},
        **answered(answers),
    }
    return Record(RESPONSES, f"{form}/{token}", data)


def _fields(definition: Json) -> Iterator[Json]:
    """The questions, those inside of groups, contact and address blocks too."""
    todo = _objects(definition.get("fields"))
    while todo:
        field = todo.pop(0)
        yield field
        properties = field.get("properties")
        todo += _objects(properties.get("fields") if isinstance(properties, dict) else None)


def _answer(answer: Json, fields: Mapping[str, Json]) -> Answer:
    asked = answer.get("field")
    asked = asked if isinstance(asked, dict) else {}
    field = fields.get(asked.get("id", ""), {})
    kind = str(answer["type"])
    return Answer(
        title=str(field.get("title") or ""),
        ref=str(asked.get("ref") or asked.get("id") or ""),
        type=str(asked.get("type") or kind),
        value=_value(kind, answer.get(kind)),
        meaning=_KNOWN.get(kind, ""),
    )


def _value(kind: str, held: Any) -> Any:
    if not isinstance(held, dict):
        return held
    if kind == "choice":
        return held.get("label") or held.get("other")
    if kind == "choices":
        labels = held.get("labels")
        return [*(labels if isinstance(labels, list) else []), *filter(None, [held.get("other")])]
    return dict(held)


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
