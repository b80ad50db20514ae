"""A connector whose owner signs in, and the system that it reads: customers behind OAuth."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from types import ModuleType
from typing import Any

import pytest

from connectors import registry
from connectors.http import HttpSource
from connectors.oauth import OAuth2, OAuthSettings, Tokens
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from daifuku.errors import SourceError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, open_store
from demo.simulators.http import Request, Response
from demo.simulators.oauth import AuthorizationServer
from sync.runner import run_sync
from sync.sources import add_source
from tests.support.customers import MAPPING
from tests.support.scripted import BOX

CLIENT, SECRET = "planted-client", "planted-client-secret"


class Members(AuthorizationServer):
    """Customers for whoever has a good token. `on_list` is called at each request for them,
    `on_grant` when tokens are given, before the answer is sent."""

    def __init__(self, **more: Any) -> None:
        super().__init__(client_id=CLIENT, client_secret=SECRET, **more)
        self.on_list: Callable[[], None] = lambda: None
        self.on_grant: Callable[[], None] = lambda: None
        self.route("GET", "/customers", self.customers)

    def token(self, request: Request) -> Response:
        answer = super().token(request)
        self.on_grant()
        return answer

    def customers(self, request: Request) -> Response:
        if not self.admits(request):
            return Response({"error": "who are you?"}, 401)
        self.on_list()
        born = "1990-01-02"
        return Response([{"id": "1", "name": "客", "email": "c@example.com", "born": born}])

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a `signed` source that reads these customers."""
        return {
            "site": self.url,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "allow_private": True,
            "tries": 1,
            **more,
        }


class Config(OAuthSettings):
    site: str


def spec(flow: OAuth2) -> ConnectorSpec:
    return ConnectorSpec(
        name="signed",
        title={"en": "Members", "ja": "会員"},
        kind="social",
        config=Config,
        streams=(StreamSpec("customers", "id"),),
        oauth=flow,
    )


BY_OWNER = OAuth2(
    authorize_url="https://unused.example.com/{site}",
    token_url="https://unused.example.com/token",
    scopes=("read", "offline"),
    extra={"access_type": "offline"},
)
BY_ITSELF = OAuth2(authorize_url=None, token_url=BY_OWNER.token_url, scopes=("read",))


class Signed:
    """Reads the customers with whatever tokens its settings hold."""

    def __init__(self, described: ConnectorSpec, config: Config) -> None:
        self.spec = described
        self._config = config
        assert described.oauth is not None
        self._tokens = Tokens(described.oauth, config)

    def check(self) -> CheckResult:
        try:
            self._customers()
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True)

    def discover(self) -> Sequence[StreamInfo]:
        return [StreamInfo(stream) for stream in self.spec.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        del streams, state
        yield Status("customers", StreamStatus.STARTED)
        try:
            yield from self._tokens.renewed()
            for data in self._customers():
                yield Record("customers", data["id"], data)
        except SourceError as error:
            yield StreamFailure("customers", error)
            yield Status("customers", StreamStatus.INCOMPLETE)
            return
        yield Checkpoint("customers", {})
        yield Status("customers", StreamStatus.COMPLETE)

    def _customers(self) -> Any:
        with HttpSource(self._config.site, auth=self._tokens.auth(), outgoing=self._config) as http:
            return http.get_json("/customers")


def install(monkeypatch: pytest.MonkeyPatch, flow: OAuth2 = BY_OWNER) -> None:
    """Make the connector known to the registry of this process."""
    described = spec(flow)
    module = ModuleType("connectors.builtin.signed.connector")
    vars(module).update(SPEC=described, connect=lambda config: Signed(described, config))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    known = (*registry.names(), "signed")
    monkeypatch.setattr(registry, "names", lambda: known)


def add_signed(
    store: Store, members: Members, name: str = "members", *, box: SecretBox = BOX, **config: Any
) -> None:
    """Add a source that reads the members."""
    urls = {"authorize_url": f"{members.url}/authorize", "token_url": f"{members.url}/token"}
    add_source(store, box, name, "signed", members.config(**urls, **config), mapping=MAPPING)


def start_reading(url: str) -> ForkServerProcess:
    """A process that syncs the source `members` of the store once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_read, args=(url,))
    process.start()
    return process


def _read(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        store = open_store(url)
        run_sync(store, BOX, "members")
        store.close()
