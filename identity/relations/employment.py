"""Which organisations a person belongs to, in what role, since when, and by which records."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daifuku.records import MappedRecord, RecordKey
from identity import normalize

STATED = ("works_at", "contact_of")
"""The kinds of stated relations by which a person belongs to an organisation."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation's golden record, as far as a relation shows it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Employment:
    """A person's belonging to an organisation, as some records say it.

    `id` is the organisation's golden record where it is known, `core` the core of its name.
    `stated` where a source says so by a relation and not by name alone. `first_seen` and
    `last_seen` are when the first and the last of `records` was observed; `current` where no
    other organisation was seen later. Department and job title are the last ones said.
    """

    name: str
    core: str
    id: str | None
    stated: bool
    department: str | None
    job_title: str | None
    first_seen: datetime
    last_seen: datetime
    current: bool
    records: tuple[RecordKey, ...]


def employments(
    records: Sequence[MappedRecord], stated: Mapping[RecordKey, Organization]
) -> tuple[Employment, ...]:
    """The organisations that a person's records name, the latest first.

    `stated` are the golden records of the records that relations point to.
    """
    told: defaultdict[str, list[MappedRecord]] = defaultdict(list)
    by_relation: dict[str, Organization] = {}
    for record in sorted(records, key=lambda record: (record.observed_at, record.key)):
        organization = _stated(record, stated)
        core = core_of(organization.name if organization else record.organization or "")
        if core:
            told[core].append(record)
            if organization:
                by_relation.setdefault(core, organization)
    last = max((said[-1].observed_at for said in told.values()), default=None)
    found = [
        _employment(core, said, by_relation.get(core), current=said[-1].observed_at == last)
        for core, said in told.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.last_seen.timestamp(), one.core)))


def core_of(name: str) -> str:
    """The core of an organisation's name, by which its golden record is found."""
    return normalize.company(name, "").core if name else ""


def _stated(record: MappedRecord, stated: Mapping[RecordKey, Organization]) -> Organization | None:
    ends = (relation.to for relation in sorted(record.relations) if relation.kind in STATED)
    return next((stated[end] for end in ends if end in stated), None)


def _employment(
    core: str, said: Sequence[MappedRecord], organization: Organization | None, *, current: bool
) -> Employment:
    names = [normalize.official_name(record.organization) for record in said if record.organization]
    longest = max(reversed(names), key=len, default="")
    return Employment(
        name=organization.name if organization else longest,
        core=core,
        id=organization.id if organization else None,
        stated=organization is not None,
        department=_last([record.department for record in said]),
        job_title=_last([record.job_title for record in said]),
        first_seen=said[0].observed_at,
        last_seen=said[-1].observed_at,
        current=current,
        records=tuple(sorted(record.key for record in said)),
    )


def _last(values: Sequence[str | None]) -> str | None:
    return next((value for value in reversed(values) if value), None)
