"""A response to a form as a record has it: the answers by title, by meaning, and in order."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from connectors.forms.labels import meaning_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one question.

    `title` is the question as the form shows it, `ref` its lasting name at the source, `type` the
    source's own word for what kind of question it is. `value` is a JSON value, a list where
    several things were chosen. `meaning` is what the source itself knows to be asked for.
    """

    title: str
    ref: str
    type: str
    value: Any
    meaning: str = ""


def answered(answers: Iterable[Answer]) -> dict[str, Any]:
    """The parts of a record that say what was answered.

    - `fields`: the answers by the titles of their questions, a list where a title comes twice;
    - `means`: lists of the answers by what their questions mean (`connectors.forms.labels`);
    - `answers`: each with `title`, `ref`, `type` and `value`.
    """
    fields: dict[str, list[Any]] = {}
    means: dict[str, list[Any]] = {}
    told: list[dict[str, Any]] = []
    for answer in answers:
        if answer.value in (None, "", [], {}):
            continue
        title = " ".join(answer.title.split()) or answer.ref
        fields.setdefault(title, []).append(answer.value)
        meaning = meaning_of(answer.title, answer.meaning)
        if meaning:
            means.setdefault(meaning, []).append(answer.value)
        told.append({key: value for key, value in asdict(answer).items() if key != "meaning"})
    by_title = {title: held[0] if len(held) == 1 else held for title, held in fields.items()}
    return {"fields": by_title, "means": means, "answers": told}
