"""Golden records: by id, by any identifier, with their records, their reasons and their history."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.http.hub import CurrentHub
from api.http.problems import answers
from api.read.explain import explain_apart, explain_together
from api.read.lookup import look_up
from api.read.relations import relations
from daifuku.errors import NotFoundError, UserError
from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.profiles import StoredProfile
from sync.models.force import models_in_force
from sync.resolution.bodies import key_json, plain

router = APIRouter(prefix="/profiles", tags=["profiles"])

Language = Annotated[Literal["en", "ja"], Query(alias="lang", description="of the explanations")]


@router.get("/lookup", summary="Find golden records by an identifier")
def lookup(
    hub: CurrentHub,
    email: Annotated[str | None, Query(max_length=320)] = None,
    phone: Annotated[str | None, Query(max_length=64)] = None,
    identifier: Annotated[
        str | None,
        Query(max_length=512, description="`value`, or `scheme:value`; a 法人番号 is one"),
    ] = None,
) -> Response:
    """The golden records that hold this e-mail address, phone number or identifier.

    Spelling does not matter: values are normalised as those of the records are. A shared
    value (a switchboard) finds several.
    """
    given = {"email": email, "phone": phone, "identifier": identifier}
    asked = {name: value for name, value in given.items() if value}
    if len(asked) != 1:
        raise UserError("Give exactly one of email, phone and identifier.")
    ((name, value),) = asked.items()
    with hub.store.read() as tx:
        found = look_up(tx, name, value)
    return _json_list("profiles", found)


@router.get("", summary="List golden records")
def list_profiles(
    hub: CurrentHub,
    after: Annotated[str, Query(max_length=64, description="the last id of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    entity: Entity | None = None,
) -> Response:
    """Active golden records in the order of their ids."""
    with hub.store.read() as tx:
        found = profiles.page(tx, after, limit, entity)
    return _json_list("profiles", found)


@router.get(
    "/{profile_id}",
    summary="A golden record",
    responses=answers(404)
    | {
        304: {"description": "The version named in If-None-Match is the current one"},
        308: {"description": "The id is retired: its survivor is at Location"},
    },
)
def get_profile(
    request: Request,
    hub: CurrentHub,
    profile_id: str,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The golden record. A retired id redirects (308) to its survivor."""
    with hub.store.read() as tx:
        found = _found(tx, profile_id)
    if found.id != profile_id:
        target = request.url_for("get_profile", profile_id=found.id).path
        return RedirectResponse(target, status_code=308)
    etag = f'"{found.version}"'
    if if_none_match == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(found.body, media_type="application/json", headers={"ETag": etag})


@router.get(
    "/{profile_id}/records",
    summary="The records behind a golden record",
    responses=answers(404),
)
def get_records(hub: CurrentHub, profile_id: str) -> dict[str, Any]:
    """Every mapped record of the golden record, as its source has it."""
    with hub.store.read() as tx:
        found = _found(tx, profile_id)
        members = profiles.members(tx, found.id)
    return {"id": found.id, "records": [_record_json(stored.record) for stored in members]}


@router.get(
    "/{profile_id}/interactions",
    summary="The touchpoints of a golden record",
    responses=answers(404),
)
def get_interactions(
    hub: CurrentHub, profile_id: str, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, Any]:
    """Mails, forms, messages, orders, shipments: newest first."""
    with hub.store.read() as tx:
        found = _found(tx, profile_id)
        keys = [stored.record.key for stored in profiles.members(tx, found.id)]
        events = profiles.interactions(tx, keys, limit)
    return {"id": found.id, "interactions": [plain(event) for event in events]}


@router.get(
    "/{profile_id}/relations",
    summary="What a golden record relates to",
    responses=answers(404),
)
def get_relations(hub: CurrentHub, profile_id: str) -> dict[str, Any]:
    """A person's organisations and household, an organisation's people, ties sources state."""
    with hub.store.read() as tx:
        return relations(tx, _found(tx, profile_id))


@router.get("/{profile_id}/explain", summary="Why these records are one", responses=answers(404))
def explain(
    hub: CurrentHub,
    profile_id: str,
    lang: Language = "en",
    other: Annotated[
        str | None, Query(alias="with", description="another golden record: why not one?")
    ] = None,
) -> dict[str, Any]:
    """The match weights that hold the records together, field by field, strongest ties first.

    With `with`, the best pair between the two golden records and what keeps them apart.
    """
    with hub.store.read() as tx:
        found = _found(tx, profile_id)
        own = [stored.record for stored in profiles.members(tx, found.id)]
        models = models_in_force(tx)
        if other is None:
            return {"id": found.id, "pairs": explain_together(own, models, lang)}
        second = _found(tx, other)
        theirs = [stored.record for stored in profiles.members(tx, second.id)]
    return {"id": found.id, "with": second.id, "pairs": explain_apart(own, theirs, models, lang)}


def _found(tx: Transaction, profile_id: str) -> StoredProfile:
    found = profiles.find(tx, profile_id)
    if found is None or found.state != "active":
        raise NotFoundError(
            f"There is no golden record {profile_id[:64]!r}.",
            hint="Look it up with /v1/profiles/lookup.",
        )
    return found


def _json_list(name: str, found: list[StoredProfile]) -> Response:
    """A list of stored bodies, passed on without parsing them."""
    body = b'{"%s":[%s]}' % (name.encode(), b",".join(profile.body for profile in found))
    return Response(body, media_type="application/json")


def _record_json(record: Any) -> dict[str, Any]:
    said = {name: value for name, value in plain(record).items() if value not in (None, [], "")}
    return {**said, "key": key_json(record.key)}
