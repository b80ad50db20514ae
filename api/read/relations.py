"""What a golden record relates to: its organisations, its household, its people, stated ties."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from daifuku.records import Entity, MappedRecord
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories import relations as stored
from daifuku.storage.repositories.profiles import StoredProfile
from identity.relations.employment import Employment, Organization, employments
from identity.relations.households import MOST_AT_A_PLACE, Household, NoHousehold, household
from identity.relations.keys import (
    COMPANY,
    EMPLOYER,
    home_kind,
    office_kind,
    place_named,
    resident,
)
from sync.resolution.bodies import key_json

MOST_PEOPLE = 100
"""People of an organisation that are listed."""


def relations(tx: Transaction, found: StoredProfile) -> dict[str, Any]:
    """The relations of a golden record, as JSON.

    A person has `organizations`, `household` (null where there is none) and `no_household`, the
    addresses that were taken for none although a namesake is there, with the reason. An
    organisation has `people`, at most `MOST_PEOPLE`. `stated` are the ties sources state.
    """
    records = [one.record for one in profiles.members(tx, found.id)]
    shared = {"id": found.id, "entity": found.entity, "stated": _stated(tx, records)}
    if found.entity is Entity.ORGANIZATION:
        return {**shared, "people": _people(tx, found.id)}
    jobs = [_job_json(tx, job) for job in employments(records, _organizations(tx, records))]
    return {**shared, "organizations": jobs, **_households(tx, found.id)}


def _stated(tx: Transaction, records: Sequence[MappedRecord]) -> list[dict[str, Any]]:
    ties = [(tie.kind, tie.to) for record in records for tie in record.relations]
    homes = stored.golden_of(tx, {end for _, end in ties})
    named = sorted({(kind, homes[end][0]) for kind, end in ties if end in homes})
    names = _names(tx, (id for _, id in named))
    return [{"kind": kind, "profile": id, "name": names.get(id)} for kind, id in named]


def _organizations(tx: Transaction, records: Sequence[MappedRecord]) -> dict[Any, Organization]:
    ends = {tie.to for record in records for tie in record.relations}
    homes = {
        end: id
        for end, (id, entity) in stored.golden_of(tx, ends).items()
        if entity == Entity.ORGANIZATION
    }
    names = _names(tx, homes.values())
    return {end: Organization(id, names[id]) for end, id in homes.items() if names.get(id)}


def _job_json(tx: Transaction, job: Employment) -> dict[str, Any]:
    """One organisation of a person; found by name only where just one bears it."""
    profile = job.id
    if profile is None:
        bearers = profiles.lookup(tx, [(COMPANY, job.core)], limit=2)
        profile = bearers[0].id if len(bearers) == 1 else None
    return {
        "relation": "works_at",
        "profile": profile,
        "name": job.name,
        "because": "stated" if job.stated else "name",
        "department": job.department,
        "job_title": job.job_title,
        "first_seen": job.first_seen,
        "last_seen": job.last_seen,
        "current": job.current,
        "records": [key_json(key) for key in job.records],
    }


def _households(tx: Transaction, golden_id: str) -> dict[str, Any]:
    """The household of a person, the largest of several, and where one was not assumed."""
    homes: list[Household] = []
    withheld: list[str] = []
    keys = stored.keys_of(tx, golden_id)
    for place in sorted({place_named(kind) for kind, _ in keys} - {""}):
        entries = stored.holders(tx, home_kind(place), MOST_AT_A_PLACE + 1)
        residents = {id: [resident(value) for value in said] for id, said in entries.items()}
        rooms = {entry.room for entry in residents.get(golden_id, ())} | {""}
        offices = stored.holders(tx, office_kind(place), MOST_AT_A_PLACE)
        office = any(room in rooms for said in offices.values() for room in said)
        match household(golden_id, residents, office=office):
            case Household() as home:
                homes.append(home)
            case NoHousehold(why):
                withheld.append(why)
    best = min(homes, key=lambda home: (-len(home.members), home.members), default=None)
    return {
        "household": None if best is None else _household_json(tx, golden_id, best),
        "no_household": withheld,
    }


def _household_json(tx: Transaction, golden_id: str, home: Household) -> dict[str, Any]:
    others = [id for id in home.members if id != golden_id]
    names = _names(tx, others)
    members = [{"profile": id, "name": names.get(id)} for id in others]
    return {"relation": "household", "because": home.shared, "members": members}


def _people(tx: Transaction, golden_id: str) -> list[dict[str, Any]]:
    """The people whose employer bears this organisation's name."""
    cores = [value for kind, value in stored.keys_of(tx, golden_id) if kind == COMPANY]
    found = profiles.lookup(tx, [(EMPLOYER, core) for core in cores], limit=MOST_PEOPLE)
    return [
        {
            "profile": one.id,
            "name": said.get("name") or said.get("name_kana"),
            "department": said.get("department"),
            "job_title": said.get("job_title"),
        }
        for one, said in ((one, orjson.loads(one.body)["fields"]) for one in found)
    ]


def _names(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, str]:
    """The names of golden records, by id; one without a name is absent."""
    said = {
        id: orjson.loads(body)["fields"] for id, body in stored.bodies(tx, set(golden_ids)).items()
    }
    named = {id: fields.get("name") or fields.get("name_kana") for id, fields in said.items()}
    return {id: name for id, name in named.items() if name}
