"""What the routes share: the store, the settings, and the caller's key."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.http.keyring import KeyRing
from daifuku.errors import UserError
from daifuku.secrets import SecretBox
from daifuku.settings import Settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories.keys import ApiKey, Scope


@dataclass(frozen=True, slots=True)
class Hub:
    """The running hub, as the routes see it."""

    store: Store
    settings: Settings
    box: SecretBox
    keys: KeyRing


async def hub_of(request: Request) -> Hub:
    """The hub this app serves."""
    return cast(Hub, request.app.state.hub)


CurrentHub = Annotated[Hub, Depends(hub_of)]


async def refuse_nul(request: Request) -> None:
    """Refuse a NUL in the address: PostgreSQL stores none, so that nothing is called that."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise UserError("The address has a NUL in it.", hint="Leave it out.")


bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="dfk_...",
    description="An API key: `daifuku key create NAME` prints one.",
)


async def require_key(
    hub: CurrentHub,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None,
) -> ApiKey:
    """The caller's API key; without a valid one the answer is 401."""
    if credentials is not None:
        key = credentials.credentials
        found = hub.keys.remembered(key) or await run_in_threadpool(hub.keys.find, key)
        if found is not None:
            return found
    raise HTTPException(
        401,
        "An API key is needed: send `Authorization: Bearer KEY`. "
        "`daifuku key create NAME` makes one.",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def require_steward(key: Annotated[ApiKey, Depends(require_key)]) -> str:
    """The name of the caller's key, which must be a steward's: any other is refused with 403."""
    if key.scope is not Scope.STEWARD:
        raise HTTPException(
            403,
            "This key may read, not decide: `daifuku key create NAME --scope steward` makes one "
            "that may.",
        )
    return key.name


Steward = Annotated[str, Depends(require_steward)]
