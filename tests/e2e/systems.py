"""Systems that a hub reads, each with the settings that are right and those that are refused."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from demo.simulators.erpnext import ErpNextSimulator
from demo.simulators.faults import Fault
from demo.simulators.http import Simulator
from demo.simulators.imap import ImapServer
from demo.simulators.line import LineSimulator
from demo.simulators.shipstation import ShipStationSimulator
from demo.world.documents import ERP, LINE, MAIL, SCM
from demo.world.wire import mail_bytes
from demo.world.world import generate
from tests.support.servers import free_port

WRONG = "planted-wrong-credential"


@dataclass(frozen=True, slots=True)
class System:
    """A running system: `right` settings work, `wrong` ones bear a credential it refuses."""

    connector: str
    right: Mapping[str, Any]
    wrong: Mapping[str, Any]
    unreachable: Mapping[str, Any]
    fail: Callable[[Fault], None] = field(default=lambda _: None)
    """Lets every answer from now on fail so, where the system speaks HTTP."""


@contextmanager
def running(name: str) -> Iterator[System]:
    """The system of that connector with a few customers, until the block ends."""
    with SYSTEMS[name]() as system:
        yield system


def _documents(source: str) -> defaultdict[str, list[Any]]:
    found = defaultdict(list)
    for document in generate(3, scale=60).documents(source):
        found[document.kind].append(document.body)
    return found


def _http(
    connector: str, simulator: Simulator, right: Mapping[str, Any], credential: str
) -> System:
    def fail(fault: Fault) -> None:
        simulator.fail("*", fault, times=1_000)

    closed = f"http://127.0.0.1:{free_port()}"
    wrong, unreachable = {**right, credential: WRONG}, {**right, "base_url": closed}
    return System(connector, right, wrong, unreachable, fail)


@contextmanager
def _erpnext() -> Iterator[System]:
    with ErpNextSimulator(_documents(ERP)) as site:
        right = {"base_url": site.url, "api_key": "demo-key", "api_secret": "demo-secret"}
        yield _http("erpnext", site, right, "api_secret")


@contextmanager
def _shipstation() -> Iterator[System]:
    found = _documents(SCM)
    with ShipStationSimulator(orders=found["orders"], shipments=found["shipments"]) as account:
        right = {"api_key": "demo-key", "api_secret": "demo-secret", "allow_private": True}
        yield _http("shipstation", account, {**right, "base_url": account.url}, "api_secret")


@contextmanager
def _line() -> Iterator[System]:
    with LineSimulator(_documents(LINE)["followers"]) as account:
        yield _http("line", account, account.config(), "channel_access_token")


@contextmanager
def _imap() -> Iterator[System]:
    mails = [mail_bytes(mail) for mail in generate(3, scale=60).documents(MAIL)]
    with ImapServer({"INBOX": mails[:10]}) as server:
        right = server.config()
        yield System("imap", right, {**right, "password": WRONG}, {**right, "port": free_port()})


SYSTEMS: Mapping[str, Callable[[], Any]] = {
    "erpnext": _erpnext,
    "shipstation": _shipstation,
    "line": _line,
    "imap": _imap,
}
