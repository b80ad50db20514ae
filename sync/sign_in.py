"""Signs a source's owner in by OAuth: sends the browser off, and takes in what it brings back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from connectors.authorization import authorization_url, new_secret
from connectors.oauth import OAuth2, OAuthSettings, endpoint
from connectors.registry import spec
from daifuku.errors import UserError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sign_ins, sources
from daifuku.storage.repositories.sign_ins import SignIn
from sync.sources import update_config
from sync.tokens import StoredTokens

LIFETIME = timedelta(minutes=10)
"""How long the owner may take to agree."""

_KNOWN_REFUSALS = frozenset(
    {
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "consent_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)


class UnknownStateError(UserError):
    """The state in an answer belongs to no sign-in under way."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the owner's browser must go, and until when what it brings back is taken."""

    url: str
    expires_at: datetime


def needs_owner(store: Store, source: str) -> bool:
    """Whether a person signs in to the source; else its client is let in by itself.

    Raises:
        NotFoundError: no source has that name.
        UserError: the source has no OAuth.
    """
    return _flow(store, source).authorize_url is not None


def begin(store: Store, box: SecretBox, source: str, redirect_uri: str) -> Begun:
    """Begin to sign in. The browser comes back to `redirect_uri`, which must be registered there.

    Raises:
        NotFoundError, UserError: as `needs_owner`.
        ConfigError: the source's settings lack what signing in needs.
    """
    flow = _flow(store, source)
    if flow.authorize_url is None:
        raise UserError(
            f"Nobody signs in to {source}: its client is let in by itself.",
            hint=f"Try it: daifuku source check {source}",
        )
    settings = StoredTokens(store, box, source).settings()
    state, verifier = new_secret(), new_secret()
    url = authorization_url(
        flow, settings, redirect_uri=redirect_uri, state=state, verifier=verifier
    )
    now = datetime.now(UTC)
    row = SignIn(
        source=source,
        verifier=box.seal({"verifier": SecretStr(verifier)}, source=f"sign-in {source}"),
        redirect_uri=redirect_uri,
        expires_at=now + LIFETIME,
    )
    with store.write() as tx:
        sign_ins.begin(tx, state, row, now=now)
    return Begun(url, row.expires_at)


def finish(store: Store, box: SecretBox, answer: Mapping[str, str]) -> str:
    """Take in what the browser brought back, `state` with `code` or `error`; the source's name.

    The tokens are stored. The state is good for this once, whatever comes of it.

    Raises:
        UnknownStateError: the state is unknown, used or expired.
        UserError: the owner has not agreed.
        AuthExpiredError: the code is not taken any more.
        SourceError: the source gives no tokens.
    """
    with store.write() as tx:
        found = sign_ins.take(tx, answer.get("state", ""), now=datetime.now(UTC))
    if found is None:
        raise UnknownStateError(
            "This sign-in is unknown, used or expired.",
            hint="Begin again: daifuku source authorize NAME",
        )
    code, error = answer.get("code", ""), answer.get("error", "")
    if error or not code:
        shown = error if error in _KNOWN_REFUSALS else "no code"
        raise UserError(
            f"Signing in to {found.source} was not agreed to ({shown}).",
            hint=f"Begin again: daifuku source authorize {found.source}",
        )
    flow = _flow(store, found.source)
    settings = StoredTokens(store, box, found.source).settings()
    verifier = box.open(found.verifier, source=f"sign-in {found.source}")["verifier"]
    grant = endpoint(flow, settings).redeem(
        code, redirect_uri=found.redirect_uri, verifier=verifier if flow.pkce else None
    )
    update_config(store, box, found.source, grant.fields())
    return found.source


def let_in(store: Store, box: SecretBox, source: str) -> None:
    """Get tokens for a source whose client is let in by itself, and store them.

    Raises:
        SourceError: the source gives none.
    """
    flow = _flow(store, source)
    settings: OAuthSettings = StoredTokens(store, box, source).settings()
    update_config(store, box, source, endpoint(flow, settings).client_credentials().fields())


def answer_in(address: str) -> dict[str, str]:
    """What the browser brought back, from the address it was sent to.

    Raises:
        UserError: the address has no answer in it.
    """
    answer = dict(parse_qsl(urlsplit(address.strip()).query))
    if "state" not in answer:
        raise UserError(
            "That address has no answer to a sign-in in it.",
            hint="Copy it whole from the browser's address line: it has `state=` and `code=`.",
        )
    return answer


def _flow(store: Store, source: str) -> OAuth2:
    with store.read() as tx:
        row = sources.get(tx, source)
    flow = spec(row.connector).oauth
    if flow is None:
        raise UserError(
            f"Nobody signs in to {source}: a {row.connector} source has its credentials in its"
            " settings."
        )
    return flow
