"""The five systems of a world, running on loopback, and how the hub is told of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from demo.deliveries import FORMS, deliver_all
from demo.simulators.erpnext import ErpNextSimulator
from demo.simulators.imap import ImapServer
from demo.simulators.line import LineSimulator
from demo.simulators.shipstation import ShipStationSimulator
from demo.world import World
from demo.world.documents import ERP, FORM, LINE, MAIL, SCM
from demo.world.sources.catalogue import DOMAIN, SHOP_ADDRESS
from demo.world.wire import is_sent, mail_bytes


@dataclass(frozen=True, slots=True)
class SourceSetup:
    """A source as `sync.sources.add_source` wants it. `mapping` is YAML, None for the built-in."""

    name: str
    connector: str
    config: Mapping[str, Any]
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Systems:
    """The running systems. `sources` are in the order to sync them."""

    world: World
    line: LineSimulator
    sources: tuple[SourceSetup, ...]
    pushing: tuple[str, ...] = (FORM, LINE)

    def deliver(self, hub_url: str) -> None:
        """Send what is pushed, form posts and LINE's events, to the hub at this URL."""
        deliver_all(self.world, self.line, hub_url)


@contextmanager
def running_systems(world: World) -> Iterator[Systems]:
    """Start the systems, loaded with what they hold of the world; they end with the block."""
    with ExitStack() as stack:
        mailbox = stack.enter_context(_mailbox(world))
        line = stack.enter_context(_line(world))
        sources = (
            SourceSetup(ERP, "erpnext", stack.enter_context(_erp(world))),
            SourceSetup(SCM, "shipstation", stack.enter_context(_shipping(world))),
            SourceSetup(MAIL, "imap", mailbox),
            SourceSetup(LINE, "line", line.config()),
            SourceSetup(FORM, "webform", FORMS, _own_mapping("webform")),
        )
        yield Systems(world, line, sources)


@contextmanager
def _mailbox(world: World) -> Iterator[dict[str, Any]]:
    folders: defaultdict[str, list[bytes]] = defaultdict(list)
    for document in sorted(world.documents(MAIL), key=lambda mail: mail.at):
        folders["Sent" if is_sent(document) else "INBOX"].append(mail_bytes(document))
    with ImapServer(folders, user=SHOP_ADDRESS) as server:
        yield server.config(own_domains=[DOMAIN], folders=list(folders))


@contextmanager
def _erp(world: World) -> Iterator[dict[str, Any]]:
    documents: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for document in world.documents(ERP):
        documents[document.kind].append(document.body)
    with ErpNextSimulator(documents) as site:
        yield {"base_url": site.url, "api_key": "demo-key", "api_secret": "demo-secret"}


@contextmanager
def _shipping(world: World) -> Iterator[dict[str, Any]]:
    documents: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for document in world.documents(SCM):
        documents[document.kind].append(document.body)
    with ShipStationSimulator(
        orders=documents["orders"], shipments=documents["shipments"]
    ) as account:
        yield {
            "base_url": account.url,
            "api_key": "demo-key",
            "api_secret": "demo-secret",
            "allow_private": True,
        }


def _line(world: World) -> LineSimulator:
    return LineSimulator(d.body for d in world.documents(LINE) if d.kind == "followers")


def _own_mapping(connector: str) -> str:
    """A mapping of the demo's own: only it knows what its fields are called."""
    return (files("demo") / "mappings" / f"{connector}.yaml").read_text(encoding="utf-8")
