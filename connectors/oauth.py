"""A source's OAuth tokens: what its settings hold of them, and how they are kept fresh.

A connector whose spec has `oauth` inherits its config from `OAuthSettings`, makes one `Tokens`,
gives `tokens.auth()` to its HttpSource, and begins reading with `yield from tokens.renewed()`, as
it does again before each further page.
"""

import re
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote

import httpx
from pydantic import AwareDatetime, Field, PrivateAttr, SecretStr

from connectors.outgoing import Outgoing
from connectors.protocol import ConfigUpdate, OAuth2
from connectors.token_endpoint import AGAIN, Grant, TokenEndpoint
from daifuku.errors import AuthExpiredError, ConfigError

__all__ = ["OAuth2", "OAuthSettings", "Renewal", "Tokens"]

MARGIN = timedelta(seconds=60)
"""A token is renewed so long before it expires."""

_FIELD = re.compile(r"\{(\w+)\}")


class OAuthSettings(Outgoing):
    """Who this hub is to the source, and the tokens it was given."""

    client_id: str = Field(min_length=1, description="The client's id, as registered there")
    client_secret: SecretStr | None = Field(None, description="The client's secret, if it has one")
    refresh_token: SecretStr | None = Field(None, description="Set by signing in")
    access_token: SecretStr | None = Field(None, description="Set by signing in")
    access_token_expires_at: AwareDatetime | None = Field(None, description="Set by signing in")
    authorize_url: str | None = Field(None, description="Only for tests and proxies")
    token_url: str | None = Field(None, description="Only for tests and proxies")

    _renewal: "Renewal | None" = PrivateAttr(None)

    @property
    def renewal(self) -> "Renewal | None":
        """How the hub renews tokens, where the connector is built by the hub."""
        return self._renewal

    def renewed_by(self, renewal: "Renewal") -> None:
        """Let `renewal` see to every renewal of these tokens from now on."""
        self._renewal = renewal

    def is_stale(self) -> bool:
        """Whether there is no access token, or it expires within a minute."""
        if self.access_token is None:
            return True
        ends = self.access_token_expires_at
        return ends is not None and ends - datetime.now(UTC) < MARGIN


class Renewal(Protocol):
    """Renews a source's tokens so that two processes never do at once, and keeps them."""

    def __call__(self, ask: Callable[[OAuthSettings], Grant]) -> Grant:
        """The tokens in force: those that another has just got, or those that `ask` gets.

        `ask` takes the settings as they are stored now. What it gets is stored before this
        returns.
        """
        ...


class Tokens:
    """The tokens of one source while it is read."""

    def __init__(self, flow: OAuth2, settings: OAuthSettings) -> None:
        self._flow = flow
        self._settings = settings

    def __repr__(self) -> str:
        return f"Tokens({self._settings.client_id})"

    @property
    def bearer(self) -> str:
        """The access token.

        Raises:
            AuthExpiredError: there is none.
        """
        if self._settings.access_token is None:
            raise AuthExpiredError("Nobody has signed in to this source yet.", hint=AGAIN)
        return self._settings.access_token.get_secret_value()

    def renewed(self) -> Iterator[ConfigUpdate]:
        """Renew the tokens if it is time, and say what changed before the new ones are used.

        Where the hub renews them they are stored already, and nothing is left to say.

        Raises:
            AuthExpiredError: there is nothing to renew them with, or it is refused.
            ConfigError: the client is refused.
            TransientError, RateLimitedError: the source cannot renew them now.
        """
        if self._settings.is_stale():
            grant = self._renew()
            if self._settings.renewal is None:
                yield ConfigUpdate(grant.fields())
            self._adopt(grant)

    def auth(self) -> httpx.Auth:
        """Puts the access token into each request; renews it first where the hub keeps it."""
        return _Bearer(self)

    def freshen(self) -> None:
        """Renew the tokens if it is time and the hub keeps them itself; raises as `renewed`."""
        if self._settings.renewal is not None and self._settings.is_stale():
            self._adopt(self._renew())

    def _renew(self) -> Grant:
        renewal = self._settings.renewal
        return self._ask(self._settings) if renewal is None else renewal(self._ask)

    def _ask(self, settings: OAuthSettings) -> Grant:
        if settings.refresh_token is not None:
            return endpoint(self._flow, settings).refresh(settings.refresh_token)
        if self._flow.authorize_url is None:
            return endpoint(self._flow, settings).client_credentials()
        raise AuthExpiredError("Nobody is signed in to this source any more.", hint=AGAIN)

    def _adopt(self, grant: Grant) -> None:
        self._settings = self._settings.model_copy(
            update={
                "access_token": grant.access_token,
                "access_token_expires_at": grant.expires_at,
                "refresh_token": grant.refresh_token or self._settings.refresh_token,
            }
        )


def endpoint(flow: OAuth2, settings: OAuthSettings) -> TokenEndpoint:
    """The token endpoint of a flow, for the client in the settings.

    Raises:
        ConfigError: a setting that its address needs is missing, or the address is not https;
            within an inner network it need not be.
    """
    url = settings.token_url or filled(flow.token_url, settings)
    if not (url.startswith("https://") or settings.allow_private):
        raise ConfigError(
            "The address that gives tokens is not https.",
            hint="Secrets are sent there: correct token_url.",
        )
    return TokenEndpoint(
        url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        basic=flow.client_auth == "basic",
        scope=flow.scope_separator.join(flow.scopes),
        outgoing=settings,
    )


def filled(template: str, settings: OAuthSettings) -> str:
    """A URL of a flow with the fields of the config that it names in braces.

    Raises:
        ConfigError: a field that it names is not set.
    """

    def value(match: re.Match[str]) -> str:
        found = getattr(settings, match[1], None)
        if not isinstance(found, str) or not found:
            raise ConfigError(f"The setting {match[1]} is needed to sign in.", hint="Set it.")
        return found if match.start() == 0 else quote(found, safe="")

    return _FIELD.sub(value, template)


class _Bearer(httpx.Auth):
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self._tokens.freshen()
        request.headers["Authorization"] = f"Bearer {self._tokens.bearer}"
        yield request
