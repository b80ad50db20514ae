"""The canonical model: what every source's records are mapped onto."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from daifuku.records.source import RecordKey


class Entity(StrEnum):
    """What a golden record stands for; each has its own match model."""

    PERSON = "person"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A postal address: `text` as written where the source has one line, or its parts, or both.

    `country` is ISO 3166-1 alpha-2. Nothing is normalised here; that is identity's work.
    """

    text: str = ""
    postal_code: str = ""
    region: str = ""
    city: str = ""
    street: str = ""
    building: str = ""
    country: str = ""

    def one_line(self) -> str:
        """The address as one string, from `text` or from its parts in Japanese order."""
        return self.text or "".join((self.region, self.city, self.street)) + (
            f" {self.building}" if self.building else ""
        )


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An id some system gave the party. Two records that share scheme and value share an id.

    `scheme` names the issuer and must be unique to it: `line_user_id`, `erp_customer`.
    """

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Consent:
    """Whether the party agreed to `purpose` (`marketing_email`, ...), and when it said so."""

    purpose: str
    granted: bool
    at: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A tie to another mapped record: `works_at`, `contact_of`, `child_of`. Never a merge."""

    kind: str
    to: RecordKey


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRecord:
    """What one source record says of one person or organisation, in the canonical model.

    Text is cleaned of control characters and outer spaces but not normalised. An absent
    value is None or an empty tuple, never an empty string. For an organisation `name` is
    its name; the other name fields and `birth_date` belong to persons.
    """

    key: RecordKey
    entity: Entity
    observed_at: datetime
    name: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    name_kana: str | None = None
    family_kana: str | None = None
    given_kana: str | None = None
    display_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    organization: str | None = None
    department: str | None = None
    job_title: str | None = None
    corporate_number: str | None = None
    website: str | None = None
    language: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    consents: tuple[Consent, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A touchpoint. It hangs on the golden record of `of`, the mapped record it came with.

    `key` names the source record it was mapped from. `direction` is `in` (from the
    customer), `out` or empty. `refs` are the ids of related things (order, ticket).
    """

    key: RecordKey
    of: RecordKey
    channel: str
    kind: str
    at: datetime
    direction: str = ""
    subject: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    items: tuple[Mapping[str, str], ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MappingResult:
    """Everything one source record was mapped to."""

    records: tuple[MappedRecord, ...] = ()
    interactions: tuple[Interaction, ...] = ()
