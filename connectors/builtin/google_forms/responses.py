"""A response to a Google Form as a record.

https://developers.google.com/workspace/forms/api/reference/rest/v1/forms.responses
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.forms.answers import Answer, answered
from connectors.protocol import Record, Unreadable

RESPONSES = "responses"

Json = Mapping[str, Any]


def response_record(form: Json, form_id: str, response: Json) -> Record | Unreadable:
    """The record of one response to `form`; its answers are in the order of the form."""
    response_id = response.get("responseId")
    if not isinstance(response_id, str) or not response_id:
        return Unreadable(RESPONSES, form_id, "no_key", "The response has no responseId.")
    info = _object(form.get("info"))
    data = {
        "form": {"id": form_id, "title": str(info.get("title") or info.get("documentTitle") or "")},
        "response_id": response_id,
        "created_at": response.get("createTime"),
        "submitted_at": response.get("lastSubmittedTime"),
        "respondent_email": response.get("respondentEmail"),
        **answered(_answers(form, _object(response.get("answers")))),
    }
    return Record(RESPONSES, f"{form_id}/{response_id}", data)


def _answers(form: Json, given: Json) -> Iterator[Answer]:
    asked = {question: (title, kind) for question, title, kind in _questions(form)}
    for question in [*asked, *(question for question in given if question not in asked)]:
        if question in given:
            title, kind = asked.get(question, ("", ""))
            yield Answer(title, question, kind, _value(_object(given[question])))


def _questions(form: Json) -> Iterator[tuple[str, str, str]]:
    """Each question's id, title and kind; a row of a grid has the grid's title before its own."""
    for item in _objects(form.get("items")):
        title = str(item.get("title") or "")
        single = _object(_object(item.get("questionItem")).get("question"))
        if single:
            yield str(single.get("questionId", "")), title, _kind(single)
        for row in _objects(_object(item.get("questionGroupItem")).get("questions")):
            own = str(_object(row.get("rowQuestion")).get("title") or "")
            yield str(row.get("questionId", "")), f"{title} [{own}]", _kind(row)


def _kind(question: Json) -> str:
    return next((key for key in question if key.endswith("Question")), "")


def _value(answer: Json) -> Any:
    texts = [
        text.get("value") for text in _objects(_object(answer.get("textAnswers")).get("answers"))
    ]
    files = [
        file.get("fileName")
        for file in _objects(_object(answer.get("fileUploadAnswers")).get("answers"))
    ]
    values = [value for value in [*texts, *files] if value]
    return values[0] if len(values) == 1 else values


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
