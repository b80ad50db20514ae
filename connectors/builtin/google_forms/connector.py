"""The `google_forms` connector: responses to Google Forms.

API: Google Forms API v1, https://developers.google.com/workspace/forms/api/reference/rest
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors.builtin.google_forms.config import FLOW, GoogleFormsConfig
from connectors.builtin.google_forms.reading import Responses
from connectors.builtin.google_forms.responses import RESPONSES
from connectors.forms.reading import read_forms, rewound_forms
from connectors.google.api import GoogleApi
from connectors.http import HttpSource
from connectors.oauth import Tokens
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    Message,
    StreamInfo,
    StreamSpec,
    StreamState,
)
from connectors.shaping import chosen
from daifuku.errors import SourceError

SPEC = ConnectorSpec(
    name="google_forms",
    title={"en": "Google Forms", "ja": "Googleフォーム"},
    kind="form",
    config=GoogleFormsConfig,
    streams=(StreamSpec(RESPONSES, "form id, responseId", cursor="lastSubmittedTime"),),
    oauth=FLOW,
)

_TEXT = {"type": "string"}
_PROPERTIES = {
    "form": {"type": "object", "properties": {"id": _TEXT, "title": _TEXT}},
    "response_id": _TEXT,
    "created_at": {"type": "string", "format": "date-time"},
    "submitted_at": {"type": "string", "format": "date-time"},
    "respondent_email": {"type": ["string", "null"]},
    "fields": {"type": "object"},
    "means": {"type": "object"},
    "answers": {"type": "array"},
}


class GoogleFormsConnector:
    """Reads the forms that who signed in may see."""

    spec = SPEC

    def __init__(self, config: GoogleFormsConfig) -> None:
        self._config = config
        self._tokens = Tokens(FLOW, config)

    def check(self) -> CheckResult:
        """Read every form and one response of each: both scopes are needed."""
        try:
            titles = self._titles()
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"Forms: {', '.join(titles)}.")

    def discover(self) -> Sequence[StreamInfo]:
        """The one stream; raises as `Connector.discover` says."""
        self._titles()
        return [StreamInfo(SPEC.streams[0], _PROPERTIES)]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read the responses of every form."""
        for stream in chosen(SPEC, streams):
            with self._session() as http:
                source = Responses(GoogleApi(http), self._config)
                held = state.get(stream.name) or {}
                yield from read_forms(stream.name, held, source, self._tokens.renewed)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """The state in which every form is read from that moment on."""
        del stream
        return rewound_forms(state, since)

    def _titles(self) -> list[str]:
        with self._session() as http:
            source = Responses(GoogleApi(http), self._config)
            found = []
            for form in source.forms():
                definition = source.definition(form)
                source.some(form)
                found.append(str((definition.get("info") or {}).get("title") or form))
            return found

    def _session(self) -> HttpSource:
        return HttpSource(self._config.base_url, auth=self._tokens.auth(), outgoing=self._config)


def connect(config: GoogleFormsConfig) -> Connector:
    """The connector for a validated config."""
    return GoogleFormsConnector(config)
