"""A post to a form, read and checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.builtin.webform.config import Form
from connectors.builtin.webform.fields import Upload, read_fields
from connectors.protocol import Record
from daifuku.errors import RecordError

SUBMISSIONS = "submissions"


@dataclass(frozen=True, slots=True)
class Submission:
    """What was posted. `spam` says that a robot filled in the honeypot: answer 2xx, keep nothing.

    `fields` are texts, lists of texts where a name was repeated, and in JSON whatever was sent.
    """

    form: str
    fields: Mapping[str, Any]
    uploads: tuple[Upload, ...] = ()
    spam: bool = False

    def record(self, submission_id: str, received_at: datetime, origin: str, page: str) -> Record:
        """The submission as a source record."""
        data = {
            "form": self.form,
            "received_at": received_at.astimezone(UTC).isoformat(timespec="seconds"),
            "fields": dict(self.fields),
            "files": [asdict(upload) for upload in self.uploads],
            "origin": origin,
            "page": page,
        }
        return Record(SUBMISSIONS, f"{self.form}/{submission_id}", data)


def parse_submission(content_type: str, body: bytes, form: Form) -> Submission:
    """Read a post to `form`.

    Raises:
        RecordError: it cannot be read, holds nothing, or lacks a required field.
    """
    found = read_fields(content_type, body)
    values = dict(found.values)
    trap = values.pop(form.honeypot, None) if form.honeypot else None
    if not _is_empty(trap):
        return Submission(form.id, values, found.uploads, spam=True)
    if all(map(_is_empty, values.values())):
        raise RecordError("The post has no field with a value.")
    missing = [name for name in form.required if _is_empty(values.get(name))]
    if missing:
        raise RecordError(f"Required and empty: {', '.join(missing)}.")
    return Submission(form.id, values, found.uploads)


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is None or value == {}
