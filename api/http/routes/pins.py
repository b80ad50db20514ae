"""Pins: the values stewards set on golden records."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from sync import pins
from sync.resolution.bodies import plain

router = APIRouter(tags=["pins"])

PinId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class PinRequest(BaseModel):
    """A value to pin. With `version` the golden record must still have that one."""

    field: str = Field(max_length=40)
    value: str = Field(min_length=1, max_length=2_000)
    reason: str = Field(default="", max_length=pins.MOST_REASON)
    version: int | None = None


@router.get("/pins", summary="List pins", responses=answers(404))
def list_pins(
    hub: CurrentHub,
    *,
    profile: Annotated[str | None, Query(max_length=64, description="of one golden record")] = None,
    flagged: Annotated[bool, Query(description="stale, overridden or orphaned ones only")] = False,
    ended: Annotated[bool, Query(description="those taken back too")] = False,
    after: Annotated[
        int, Query(ge=0, le=2**63 - 1, description="the last id of the page before")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """The pins in force, in the order of their ids."""
    with hub.store.read() as tx:
        found = pins.pins_of(tx, profile, flagged=flagged, ended=ended, after=after, limit=limit)
    return {"pins": [plain(pins.pin_json(pin)) for pin in found]}


@router.post("/profiles/{profile_id}/pins", summary="Pin a value", responses=answers(403, 404, 409))
def pin_value(
    hub: CurrentHub,
    steward: Steward,
    profile_id: str,
    wanted: PinRequest,
    preview: Annotated[bool, Query(description="only say what would change")] = False,
) -> dict[str, Any]:
    """Set a field of the golden record to a value that wins until it is taken back."""
    if preview:
        with hub.store.read() as tx:
            change = pins.preview(tx, profile_id, wanted.field, wanted.value)
        return pins.change_json(change)
    with hub.store.write() as tx:
        made = pins.pin(
            tx,
            profile_id,
            wanted.field,
            wanted.value,
            by=steward,
            reason=wanted.reason,
            at=datetime.now(UTC),
            version=wanted.version,
        )
    return dict(plain(pins.pin_json(made)))


@router.delete("/pins/{pin_id}", summary="Take a pin back", responses=answers(403, 404))
def unpin(hub: CurrentHub, steward: Steward, pin_id: PinId) -> dict[str, Any]:
    """The golden record is as if the pin had never been; the pin stays as history."""
    with hub.store.write() as tx:
        taken = pins.unpin(tx, pin_id, by=steward, at=datetime.now(UTC))
    return dict(plain(pins.pin_json(taken)))
