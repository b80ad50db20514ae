"""What the world is made of: documents, as a source holds them, and what each says of whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from daifuku.records import Address, Entity
from demo.world.chance import Chance

MAIL, FORM, LINE, ERP, SCM = SOURCES = ("mail", "form", "line", "erp", "scm")
JST = timezone(timedelta(hours=9))
_FIRST_DAY = datetime(2023, 4, 1, 9, tzinfo=JST)
_DAYS = 1270


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a document says of one party, and who that party truly is.

    `truth` is the id of the person or organisation. `evidence` names the true values given
    by which a human could tell who it is; two records of one entity that share none of them
    cannot be linked by anyone. `record` is the external id of the record the hub will make,
    where that is not the document's own id; `part` names the part of it.
    """

    truth: str
    entity: Entity
    evidence: tuple[str, ...] = ()
    part: str = ""
    record: str = ""
    name: str = ""
    family: str = ""
    given: str = ""
    name_kana: str = ""
    family_kana: str = ""
    given_kana: str = ""
    display_name: str = ""
    birth_date: str = ""
    organization: str = ""
    department: str = ""
    job_title: str = ""
    corporate_number: str = ""
    website: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: Address | None = None
    customer_number: str = ""
    line_user_id: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One record as its source holds it. `kind` is the stream it belongs to.

    `body` is what the source's API or protocol would tell; docs/demo-world.md has its shapes.
    """

    source: str
    kind: str
    id: str
    at: datetime
    body: Mapping[str, Any]
    says: tuple[Said, ...] = ()


def moment(draw: Chance) -> datetime:
    """Some working minute of the company's last three and a half years."""
    return _FIRST_DAY + timedelta(days=draw.number(0, _DAYS), minutes=draw.number(0, 720))


CHANGES = datetime(2024, 10, 1, tzinfo=JST)
"""Before this day movers lived at the old address, the married had the old surname and job
changers the old employer."""
