"""Eight systems of a company that change while the hub reads them."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from demo.deliveries import FORMS, deliver_all
from demo.simulators.erpnext import ErpNextSimulator
from demo.simulators.http import Response
from demo.simulators.imap import ImapServer
from demo.simulators.line import LineSimulator
from demo.simulators.shipstation import ShipStationSimulator
from demo.sources import SourceSetup
from demo.world import World, generate
from demo.world.documents import ERP, FORM, LINE, MAIL, SCM
from demo.world.sources.catalogue import DOMAIN, SHOP_ADDRESS
from tests.chaos.tables import Tables, mails_of, rows_of

CHANGED = datetime(2026, 11, 1)  # noqa: DTZ001 - ERPNext's times have no zone
PAUSE = 0.02
"""What an answer takes, in seconds: a run must last long enough to be killed."""
PUSHED = 24
"""About how many documents are pushed at a time."""


class _Slow:
    """A simulator that takes its time."""

    def answer(self, *request: Any) -> Response:
        threading.Event().wait(PAUSE)
        answer: Response = super().answer(*request)  # type: ignore[misc]
        return answer


class _Erp(_Slow, ErpNextSimulator): ...


class _Shipping(_Slow, ShipStationSimulator): ...


class _Line(_Slow, LineSimulator): ...


@dataclass
class Landscape:
    """The running systems, and what happens in them as time goes by."""

    world: World
    mail: ImapServer
    mails: Sequence[bytes]
    erp: ErpNextSimulator
    shipping: ShipStationSimulator
    line: LineSimulator
    tables: Tables
    waves: int = 0

    def setups(self) -> list[SourceSetup]:
        """The sources, as the hub wants them."""
        secret = {"api_key": "demo-key", "api_secret": "demo-secret", "allow_private": True}
        mailbox = self.mail.config(own_domains=[DOMAIN], folders=["INBOX"])
        forms = (files("demo") / "mappings" / "webform.yaml").read_text(encoding="utf-8")
        return [
            SourceSetup(ERP, "erpnext", {"base_url": self.erp.url, **secret}),
            SourceSetup(SCM, "shipstation", {"base_url": self.shipping.url, **secret}),
            SourceSetup(MAIL, "imap", mailbox),
            SourceSetup(LINE, "line", self.line.config()),
            SourceSetup(FORM, "webform", FORMS, forms),
            *self.tables.setups(),
        ]

    def change(self, number: int) -> None:
        """The `number`th of the changes: rows and a mail are added, a customer is edited."""
        self.tables.grow(self.tables.held + 5)
        later = self.mails[len(self.mails) // 2 :]
        if number < len(later):
            self.mail.append("INBOX", [later[number]])
        customer = self._customers[number % len(self._customers)]
        at = CHANGED + timedelta(seconds=number)
        changed = {**customer, "modified": str(at) + ".000000", "website": f"w{number}.example.com"}
        self.erp.put("Customer", changed)

    def push(self, hub_url: str, wave: int) -> None:
        """Send the hub the forms and chat messages of one moment; the same for the same `wave`."""
        deliver_all(generate(1_000 + wave, PUSHED), self.line, hub_url)

    @cached_property
    def _customers(self) -> list[Mapping[str, Any]]:
        return [doc.body for doc in self.world.documents(ERP) if doc.kind == "Customer"]


@contextmanager
def running(folder: Path, seed: int, scale: int) -> Iterator[Landscape]:
    """The systems of a world of about `scale` documents, and tables of as many rows."""
    world = generate(seed, scale)
    documents: defaultdict[str, list[Any]] = defaultdict(list)
    for document in world.documents():
        documents[document.kind].append(document.body)
    rows = rows_of(world)
    mails, tables = mails_of(rows), Tables(folder, rows)
    tables.grow(len(tables.rows) // 2)
    erp = {kind: docs for kind, docs in documents.items() if kind[0].isupper()}
    with ExitStack() as stack:
        yield Landscape(
            world=world,
            mail=stack.enter_context(
                ImapServer({"INBOX": mails[: len(mails) // 2]}, user=SHOP_ADDRESS)
            ),
            mails=mails,
            erp=stack.enter_context(_Erp(erp)),
            shipping=stack.enter_context(
                _Shipping(orders=documents["orders"], shipments=documents["shipments"])
            ),
            line=stack.enter_context(_Line(documents["followers"])),
            tables=tables,
        )
