"""Decisions of stewards: same, different, merge, unmerge, undo, each with a preview."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.http.text import ProfileName, Reason, RecordName
from api.read.stewardship import answer_json, decision_json, history_json, whole_decision_json
from daifuku.errors import UserError
from daifuku.storage.repositories.resolution import decisions
from sync import stewardship
from sync.stewardship import Answer, Order
from sync.stewardship.history import history_of

router = APIRouter(tags=["decisions"])

Language = Annotated[Literal["en", "ja"], Query(alias="lang", description="of the sentences")]
Preview = Annotated[bool, Query(description="only say what would happen")]
DecisionId = Annotated[int, Path(ge=1, le=2**63 - 1)]
REFUSALS = answers(403, 404, 409)


class Deciding(BaseModel):
    """Why, and the versions of the golden records that the caller saw."""

    reason: Reason = ""
    expected: dict[ProfileName, int] = Field(default_factory=dict, max_length=100)

    def order(self, steward: str) -> Order:
        return Order(by=steward, reason=self.reason, expected=self.expected)


class Decide(Deciding):
    """That two records, or several golden records, are the same or different."""

    verdict: Literal["same", "different"]
    records: list[RecordName] = Field(default_factory=list, max_length=2)
    profiles: list[ProfileName] = Field(default_factory=list, max_length=100)


class Merge(Deciding):
    """The golden records to merge with the one named in the address."""

    profiles: list[ProfileName] = Field(alias="with", min_length=1, max_length=99)


class Unmerge(Deciding):
    """What to take out: records, or all that came with an id retired by a merge."""

    records: list[RecordName] = Field(default_factory=list, max_length=1_000)
    retired: ProfileName | None = None


@router.post("/decisions", summary="Decide", responses=REFUSALS)
def decide(
    hub: CurrentHub,
    steward: Steward,
    wanted: Decide,
    *,
    preview: Preview = False,
    lang: Language = "en",
) -> dict[str, Any]:
    """Two source records, or several golden records, are the same, or different, for ever."""
    same, order = wanted.verdict == "same", wanted.order(steward)
    if len(wanted.records) == 2 and not wanted.profiles:
        a, b = (name.key() for name in wanted.records)
        say = stewardship.say_same if same else stewardship.say_different
        done = say(hub.store, a, b, order, preview=preview)
    elif len(wanted.profiles) > 1 and not wanted.records:
        on_all = stewardship.merge if same else stewardship.keep_apart
        done = on_all(hub.store, wanted.profiles, order, preview=preview)
    else:
        raise UserError("Give either two records or at least two profiles.")
    return answer_json(done, lang)


@router.get("/decisions", summary="List decisions, newest first")
def list_decisions(
    hub: CurrentHub,
    *,
    profile: Annotated[str | None, Query(max_length=64, description="of one golden record")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    lang: Language = "en",
) -> dict[str, Any]:
    """Every decision there ever was, withdrawn ones too."""
    with hub.store.read() as tx:
        found = decisions.latest(tx, before=before, limit=limit, golden_id=profile)
    return {"decisions": [decision_json(taken, lang) for taken in found]}


@router.get("/decisions/{decision_id}", summary="A decision", responses=answers(404))
def get_decision(hub: CurrentHub, decision_id: DecisionId, lang: Language = "en") -> dict[str, Any]:
    """The decision, the golden records it concerned, and what it says of which records."""
    with hub.store.read() as tx:
        return whole_decision_json(tx, decision_id, lang)


@router.post("/decisions/{decision_id}/undo", summary="Undo a decision", responses=REFUSALS)
def undo(
    hub: CurrentHub,
    steward: Steward,
    decision_id: DecisionId,
    wanted: Deciding,
    *,
    preview: Preview = False,
    lang: Language = "en",
) -> dict[str, Any]:
    """All is as if it had never been decided; the decision and its undoing stay as history."""
    order = wanted.order(steward)
    return answer_json(stewardship.undo(hub.store, decision_id, order, preview=preview), lang)


@router.post("/profiles/{profile_id}/merge", summary="Merge golden records", responses=REFUSALS)
def merge(
    hub: CurrentHub,
    steward: Steward,
    profile_id: str,
    wanted: Merge,
    *,
    preview: Preview = False,
    lang: Language = "en",
) -> dict[str, Any]:
    """They are one. The one with most records keeps its id; the other ids lead to it."""
    ids = [profile_id, *wanted.profiles]
    done = stewardship.merge(hub.store, ids, wanted.order(steward), preview=preview)
    return answer_json(done, lang)


@router.post("/profiles/{profile_id}/unmerge", summary="Take apart", responses=REFUSALS)
def unmerge(
    hub: CurrentHub,
    steward: Steward,
    profile_id: str,
    wanted: Unmerge,
    *,
    preview: Preview = False,
    lang: Language = "en",
) -> dict[str, Any]:
    """Take records out of a golden record, or all that a retired id brought when it merged."""
    return answer_json(_parting(hub, profile_id, wanted)(wanted.order(steward), preview), lang)


@router.get(
    "/profiles/{profile_id}/history",
    summary="What happened to a golden record",
    responses=answers(404),
)
def get_history(hub: CurrentHub, profile_id: str, lang: Language = "en") -> dict[str, Any]:
    """Created, changed, merged, split, restored: when, and by whose decision. Retired ids too."""
    with hub.store.read() as tx:
        entries = history_of(tx, profile_id)
    return {"id": profile_id, "history": history_json(entries, lang)}


def _parting(hub: CurrentHub, profile_id: str, wanted: Unmerge) -> Callable[[Order, bool], Answer]:
    keys, retired = [name.key() for name in wanted.records], wanted.retired
    if keys and retired is None:
        return lambda order, preview: stewardship.split_off(
            hub.store, profile_id, keys, order, preview=preview
        )
    if retired is not None and not keys:
        return lambda order, preview: stewardship.unmerge(
            hub.store, profile_id, retired, order, preview=preview
        )
    raise UserError("Give either records or retired.")
