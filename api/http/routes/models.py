"""Match models and survivorship rules: what is in force, what another would change."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.read import models as read
from api.read.jobs import job_json
from daifuku.storage.repositories import shadows
from daifuku.storage.repositories.jobs import Job
from sync.models import asked, shadow
from sync.models.changes import Fate
from sync.models.documents import Kind
from sync.models.documents import read as read_document

router = APIRouter(tags=["models"])

Language = Annotated[Literal["en", "ja"], Query(alias="lang", description="of the sentences")]


class Trial(BaseModel):
    """What to try: a stored or shipped `version`, or a `document` of its own in YAML."""

    version: str = Field("", max_length=200)
    document: str = Field("", max_length=1_000_000)


@router.get("/models", summary="List models and survivorship rules")
def list_models(hub: CurrentHub) -> dict[str, Any]:
    """Every version, and which is in force of each kind."""
    with hub.store.read() as tx:
        return {"in_force": read.standing(tx), "versions": read.versions(tx)}


@router.get("/models/{version}", summary="A model in words", responses=answers(404))
def get_model(hub: CurrentHub, version: str, lang: Language = "en") -> dict[str, Any]:
    """A version, or the one in force of a kind: its document, and a sentence for each part."""
    with hub.store.read() as tx:
        return read.document_json(read.document(tx, version), lang)


@router.post(
    "/models/{kind}/rollback",
    status_code=202,
    summary="Roll back",
    responses=answers(403, 409),
)
def rollback(hub: CurrentHub, _steward: Steward, kind: Kind, response: Response) -> dict[str, Any]:
    """Have a worker put the version before the one in force back, with the ids and values of
    then."""
    return _asked(asked.ask_rollback(hub.store, kind), response)


@router.post("/shadow-runs", status_code=202, summary="Try a model", responses=answers(403, 404))
def try_model(
    hub: CurrentHub, _steward: Steward, trial: Trial, response: Response
) -> dict[str, Any]:
    """Have a worker find what would change if this were in force. Nothing does."""
    if trial.document:
        document = read_document(trial.document, "document")
    else:
        with hub.store.read() as tx:
            document = read.document(tx, trial.version)
    return _asked(asked.ask_try(hub.store, document), response)


@router.get("/shadow-runs", summary="List shadow runs, newest first")
def list_runs(hub: CurrentHub, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> dict[str, Any]:
    """Shadow runs: what was tried, and what became of it."""
    with hub.store.read() as tx:
        return {"shadow_runs": [read.shadow_json(run) for run in shadows.latest(tx, limit)]}


@router.get("/shadow-runs/{shadow_id}", summary="What a shadow run names", responses=answers(404))
def get_run(
    hub: CurrentHub,
    shadow_id: str,
    after: Annotated[
        int, Query(ge=-1, le=2**63 - 1, description="the last position of the page before")
    ] = -1,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    fate: Fate | None = None,
) -> dict[str, Any]:
    """The golden records that would merge, split, begin or change, a page at a time."""
    with hub.store.read() as tx:
        run = shadow.find(tx, shadow_id)
        page = read.changes_json(tx, shadow_id, after, limit, fate)
    return {**read.shadow_json(run), "profiles": page}


@router.post(
    "/shadow-runs/{shadow_id}/apply",
    status_code=202,
    summary="Put what was tried in force",
    responses=answers(403, 404, 409),
)
def apply(hub: CurrentHub, _steward: Steward, shadow_id: str, response: Response) -> dict[str, Any]:
    """Have a worker do it: exactly the changes named happen, at once, and none if it cannot be."""
    return _asked(asked.ask_apply(hub.store, shadow_id), response)


def _asked(job: Job, response: Response) -> dict[str, Any]:
    """The job that does it, whose address is in the header `Location`, and its shadow run."""
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return {"shadow_run": job.args["shadow_run"], "job": job_json(job)}
