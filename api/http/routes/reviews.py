"""Review tasks: the questions that wait for a steward, and the answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.http.routes.decisions import REFUSALS, Deciding, Language, Preview
from api.read.reviews import review_json, task_json
from api.read.stewardship import answer_json
from daifuku.records import Entity, ReviewKind, ReviewState, Verdict
from daifuku.storage.repositories.resolution import reviews
from sync import stewardship

router = APIRouter(prefix="/reviews", tags=["reviews"])


class Answering(Deciding):
    """The answer to a review task."""

    verdict: Verdict


@router.get("", summary="List review tasks, the most urgent first", responses=answers(404))
def list_reviews(
    hub: CurrentHub,
    *,
    state: ReviewState = ReviewState.OPEN,
    kind: ReviewKind | None = None,
    entity: Entity | None = None,
    profile: Annotated[str | None, Query(max_length=64, description="of one golden record")] = None,
    after: Annotated[
        str | None, Query(max_length=64, description="the last id of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    lang: Language = "en",
) -> dict[str, Any]:
    """Possible matches and conflicts by what one answer settles, and how many there are."""
    with hub.store.read() as tx:
        found = reviews.page(
            tx,
            state=state,
            kind=kind,
            entity=entity,
            golden_id=profile,
            after=reviews.get(tx, after) if after else None,
            limit=limit,
        )
        counts = reviews.counts(tx, kind)
    return {"counts": counts, "reviews": [task_json(task, lang) for task in found]}


@router.get("/{review_id}", summary="A review task", responses=answers(404))
def get_review(hub: CurrentHub, review_id: str, lang: Language = "en") -> dict[str, Any]:
    """Both sides, their weights field by field, and what merging them would give."""
    return review_json(hub.store, review_id, lang)


@router.post("/{review_id}/verdict", summary="Answer a review task", responses=REFUSALS)
def answer(
    hub: CurrentHub,
    steward: Steward,
    review_id: str,
    wanted: Answering,
    *,
    preview: Preview = False,
    lang: Language = "en",
) -> dict[str, Any]:
    """Same, different, cannot tell, or skip: the task is closed and the decision taken at once."""
    done = stewardship.answer_task(
        hub.store, review_id, wanted.verdict, wanted.order(steward), preview=preview
    )
    return answer_json(done, lang)
