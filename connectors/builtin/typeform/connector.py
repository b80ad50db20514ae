"""The `typeform` connector: responses to the forms of an account, read and by webhook.

API: Typeform's Responses and Create API (they bear no version numbers),
https://www.typeform.com/developers/responses/
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.builtin.typeform.config import FLOW, TypeformConfig
from connectors.builtin.typeform.reading import Responses
from connectors.builtin.typeform.responses import RESPONSES, response_record
from connectors.forms.reading import read_forms, rewound_forms
from connectors.forms.signed import body_digest, check_signature, json_object
from connectors.http import HttpSource
from connectors.oauth import Tokens
from connectors.protocol import (
    CheckResult,
    ConnectorSpec,
    Message,
    PushConnector,
    Record,
    StreamInfo,
    StreamSpec,
    StreamState,
)
from connectors.shaping import chosen
from daifuku.errors import AuthExpiredError, RecordError, SourceError

SPEC = ConnectorSpec(
    name="typeform",
    title={"en": "Typeform", "ja": "Typeform"},
    kind="form",
    config=TypeformConfig,
    streams=(StreamSpec(RESPONSES, primary_key="form id, token", cursor="submitted_at"),),
    pushes=True,
    oauth=FLOW,
)

_TEXT = {"type": "string"}
_PROPERTIES = {
    "form": {"type": "object", "properties": {"id": _TEXT, "title": _TEXT}},
    "token": _TEXT,
    "landed_at": {"type": "string", "format": "date-time"},
    "submitted_at": {"type": "string", "format": "date-time"},
    "hidden": {"type": "object"},
    "fields": {"type": "object"},
    "means": {"type": "object"},
    "answers": {"type": "array"},
}


class TypeformConnector:
    """Reads one account and takes its webhooks."""

    spec = SPEC

    def __init__(self, config: TypeformConfig) -> None:
        self._config = config
        self._tokens = Tokens(FLOW, config)

    def check(self) -> CheckResult:
        """Read one form and one response of it: both scopes are needed."""
        try:
            with self._session() as http:
                source = Responses(http, self._config)
                forms = source.forms()
                for form in self._config.forms or forms[:1]:
                    source.definition(form)
                    source.some(form)
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"Forms: {len(forms)}.")

    def discover(self) -> Sequence[StreamInfo]:
        """The one stream; raises as `Connector.discover` says."""
        with self._session() as http:
            Responses(http, self._config).forms()
        return [StreamInfo(SPEC.streams[0], _PROPERTIES)]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read the responses of every form."""
        for stream in chosen(SPEC, streams):
            with self._session() as http:
                source = Responses(http, self._config)
                held = state.get(stream.name) or {}
                yield from read_forms(stream.name, held, source, self._tokens.renewed)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """The state in which every form is read from that moment on."""
        del stream
        return rewound_forms(state, since)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        """The response in a delivery; raises as `PushConnector.parse_webhook` says.

        One that is not finished yet is left out: it is delivered again, or abandoned.
        """
        self._check_signature(headers, body)
        event = self._delivery(body)
        if event.get("event_type") != "form_response":
            return []
        response = event["form_response"]
        definition = response.get("definition")
        if not isinstance(definition, dict):
            raise RecordError("A Typeform webhook's body has no definition of its form.")
        form = {**definition, "id": response.get("form_id") or definition.get("id", "")}
        record = response_record(form, response)
        if not isinstance(record, Record):
            raise RecordError(record.reason)
        return [record]

    def delivery_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """The event's id, which a redelivery keeps."""
        del headers
        return str(self._delivery(body)["event_id"])

    def _delivery(self, body: bytes) -> Mapping[str, Any]:
        event = json_object(body, "Typeform")
        if not isinstance(event.get("form_response"), dict) or not event.get("event_id"):
            raise RecordError("A Typeform webhook's body is no event with a response.")
        return event

    def _check_signature(self, headers: Mapping[str, str], body: bytes) -> None:
        secret = self._config.webhook_secret
        if secret is None:
            raise AuthExpiredError(
                "A Typeform webhook came, but the source has no webhook_secret to check it with.",
                hint="Enter the secret of the webhook in the source's settings.",
            )
        digest = base64.b64encode(body_digest(secret.get_secret_value(), body)).decode()
        check_signature(headers.get("typeform-signature", ""), f"sha256={digest}", "Typeform")

    def _session(self) -> HttpSource:
        return HttpSource(self._config.base_url, auth=self._tokens.auth(), outgoing=self._config)


def connect(config: TypeformConfig) -> PushConnector:
    """The connector for a validated config."""
    return TypeformConnector(config)
