"""The five systems of a world, running on loopback, and how the hub is told of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from demo.simulators.erpnext import ErpNextSimulator
from demo.simulators.imap import ImapServer
from demo.world import World
from demo.world.documents import ERP, MAIL
from demo.world.sources.catalogue import DOMAIN, SHOP_ADDRESS
from demo.world.wire import is_sent, mail_bytes


@dataclass(frozen=True, slots=True)
class SourceSetup:
    """A source as `sync.sources.add_source` wants it. `mapping` is YAML, None for the built-in."""

    name: str
    connector: str
    config: Mapping[str, Any]
    mapping: str | None = None


@contextmanager
def running_systems(world: World) -> Iterator[list[SourceSetup]]:
    """Start the systems, loaded with what they hold of the world; they end with the block."""
    with ExitStack() as stack:
        yield [
            SourceSetup(MAIL, "imap", stack.enter_context(_mailbox(world))),
            SourceSetup(ERP, "erpnext", stack.enter_context(_erp(world))),
        ]


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


def own_mapping(name: str) -> str:
    """A mapping of the demo's own, for a source whose fields only the demo knows."""
    return (files("demo") / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")
