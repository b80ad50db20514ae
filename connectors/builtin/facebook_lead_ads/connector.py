"""The `facebook_lead_ads` connector: leads that ads on Facebook and Instagram bring to a page.

API: Meta's Graph API v26.0, https://developers.facebook.com/docs/graph-api

`leads` are read. `notices` come by webhook only: they say that a lead came, not what it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors.builtin.facebook_lead_ads.config import FacebookLeadAdsConfig
from connectors.builtin.facebook_lead_ads.graph import GraphApi
from connectors.builtin.facebook_lead_ads.leads import LEADS
from connectors.builtin.facebook_lead_ads.reading import Leads
from connectors.builtin.facebook_lead_ads.webhook import (
    NOTICES,
    challenge_answer,
    check_delivery,
    delivery_key,
    notices,
)
from connectors.forms.reading import read_forms, rewound_forms
from connectors.http import HttpSource
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConfigUpdate,
    ConnectorSpec,
    Message,
    PushConnector,
    Record,
    Status,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from connectors.shaping import chosen
from daifuku.errors import SourceError

SPEC = ConnectorSpec(
    name="facebook_lead_ads",
    title={"en": "Facebook lead ads", "ja": "Facebookリード獲得広告"},
    kind="social",
    config=FacebookLeadAdsConfig,
    streams=(
        StreamSpec(LEADS, primary_key="id", cursor="created_time"),
        StreamSpec(NOTICES, primary_key="leadgen_id", announces=(LEADS,)),
    ),
    pushes=True,
)

_TEXT = {"type": "string"}
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    LEADS: {
        "id": _TEXT,
        "form": {"type": "object", "properties": {"id": _TEXT, "name": _TEXT}},
        "created_time": {"type": "string", "format": "date-time"},
        "platform": _TEXT,
        "is_organic": {"type": "boolean"},
        "fields": {"type": "object"},
        "means": {"type": "object"},
        "answers": {"type": "array"},
        "disclaimers": {"type": "array"},
        "test": {"type": "boolean"},
    },
    NOTICES: dict.fromkeys(("leadgen_id", "form_id", "page_id", "ad_id"), _TEXT),
}


class FacebookLeadAdsConnector:
    """Reads the leads of one page and takes its webhooks."""

    spec = SPEC

    def __init__(self, config: FacebookLeadAdsConfig) -> None:
        self._config = config

    def check(self) -> CheckResult:
        """Ask for the forms, and for one lead."""
        try:
            forms = self._forms()
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"Forms: {len(forms)}.")

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        self._forms()
        return [StreamInfo(stream, _PROPERTIES[stream.name]) for stream in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read the leads of every form; `notices` has nothing to be read."""
        wanted = {stream.name for stream in chosen(SPEC, streams)}
        ended = StreamStatus.COMPLETE
        if LEADS in wanted:
            with self._session() as http:
                source = Leads(GraphApi(http, self._config), self._config)
                for message in read_forms(LEADS, state.get(LEADS) or {}, source, _no_renewal):
                    yield message
                    ended = message.status if isinstance(message, Status) else ended
        if NOTICES in wanted:
            yield Status(NOTICES, StreamStatus.STARTED)
            yield Checkpoint(NOTICES, {})
            # Nothing was asked for it, so it must not make a failed page look half well.
            yield Status(NOTICES, ended)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """The state in which every form is read from that moment on."""
        return rewound_forms(state, since) if stream == LEADS else None

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        """The notices in a delivery; raises as `PushConnector.parse_webhook` says."""
        check_delivery(self._config.app_secret.get_secret_value(), headers, body)
        return notices(body, self._config.page_id)

    def delivery_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """The same for a redelivery of the same notices."""
        del headers
        return delivery_key(body)

    def answer_challenge(self, query: Mapping[str, str]) -> str:
        """What to answer Meta that asks whether the webhook's address is ours.

        Raises:
            AuthExpiredError: the verify token does not fit.
        """
        token = self._config.verify_token
        return challenge_answer(token.get_secret_value() if token else None, query)

    def _forms(self) -> list[str]:
        with self._session() as http:
            source = Leads(GraphApi(http, self._config), self._config)
            forms = source.forms()
            for form in self._config.forms or forms[:1]:
                source.definition(form)
                source.some(form)
            return forms

    def _session(self) -> HttpSource:
        token = self._config.page_access_token.get_secret_value()
        return HttpSource(
            self._config.base_url,
            headers={"Authorization": f"Bearer {token}"},
            outgoing=self._config,
        )


def _no_renewal() -> Iterator[ConfigUpdate]:
    """A page's long-lived token is never renewed."""
    return iter(())


def connect(config: FacebookLeadAdsConfig) -> PushConnector:
    """The connector for a validated config."""
    return FacebookLeadAdsConnector(config)
