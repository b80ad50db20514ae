"""Speaks to an OAuth token endpoint (RFC 6749): what it grants, and what its refusals mean."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from connectors.http import Answer, HttpSource, Limits
from connectors.http_errors import raise_for_status
from connectors.outgoing import Outgoing
from daifuku.errors import AuthExpiredError, ConfigError, TransientError

_CODE = re.compile(r"[a-z_]{1,40}")
_NOT_NOW = ("temporarily_unavailable", "server_error")
_WRONG_CLIENT = ("invalid_client", "unauthorized_client")
LONGEST = 30.0
"""Seconds that asking for tokens may take, whatever the source's own time limits."""

AGAIN = "Sign in again: daifuku source authorize NAME"


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens as granted. `refresh_token` None leaves the one before in force."""

    access_token: SecretStr
    expires_at: datetime | None = None
    refresh_token: SecretStr | None = None

    def fields(self) -> dict[str, Any]:
        """As fields of a config, in plain text: to be stored, never shown."""
        found: dict[str, Any] = {
            "access_token": self.access_token.get_secret_value(),
            "access_token_expires_at": self.expires_at and self.expires_at.isoformat(),
        }
        if self.refresh_token is not None:
            found["refresh_token"] = self.refresh_token.get_secret_value()
        return found


class TokenEndpoint:
    """The endpoint at `url`, for one client."""

    def __init__(
        self,
        url: str,
        *,
        client_id: str,
        client_secret: SecretStr | None,
        basic: bool,
        scope: str,
        outgoing: Outgoing,
    ) -> None:
        self._url = url
        self._id = client_id
        self._secret = client_secret.get_secret_value() if client_secret else None
        self._basic = basic
        self._scope = scope
        self._outgoing = outgoing

    def refresh(self, refresh_token: SecretStr) -> Grant:
        """Tokens for a refresh token (6). A rotated one comes with them.

        Raises:
            AuthExpiredError: the refresh token is not accepted any more.
            ConfigError: the client is refused.
            TransientError, RateLimitedError: the endpoint fails now.
        """
        return self._asked(
            {"grant_type": "refresh_token", "refresh_token": refresh_token.get_secret_value()}
        )

    def client_credentials(self) -> Grant:
        """Tokens for the client itself (4.4); raises as `refresh`."""
        scope = {"scope": self._scope} if self._scope else {}
        return self._asked({"grant_type": "client_credentials", **scope})

    def redeem(self, code: str, *, redirect_uri: str, verifier: str | None) -> Grant:
        """Tokens for an authorisation code (4.1.3; `verifier` by RFC 7636); raises as `refresh`."""
        proof = {"code_verifier": verifier} if verifier else {}
        return self._asked(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                **proof,
            }
        )

    def _asked(self, form: Mapping[str, str]) -> Grant:
        headers = {
            "accept": "application/json",
            "content-type": "application/x-www-form-urlencoded",
        }
        if self._basic:
            pair = f"{quote(self._id, safe='')}:{quote(self._secret or '', safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form = {**form, "client_id": self._id}
            if self._secret is not None:
                form["client_secret"] = self._secret
        usual = Limits.of(self._outgoing)
        limits = Limits(usual.connect, min(usual.read, LONGEST), min(usual.total, LONGEST))
        with HttpSource(self._url, headers=headers, limits=limits, outgoing=self._outgoing) as http:
            answer = http.exchange("POST", self._url, content=urlencode(form).encode())
        return _granted(answer)


def _granted(answer: Answer) -> Grant:
    body = _members(answer)
    error = body.get("error")
    if answer.status in (400, 401) or (answer.status == 200 and error):
        raise _refusal(answer, error if isinstance(error, str) else "")
    raise_for_status(answer.origin, answer.status, answer.headers)
    token, rotated = body.get("access_token"), body.get("refresh_token")
    if not (isinstance(token, str) and token):
        raise TransientError(f"{answer.origin} answered a sign-in without an access token.")
    return Grant(
        SecretStr(token),
        _end(body.get("expires_in")),
        SecretStr(rotated) if isinstance(rotated, str) and rotated else None,
    )


def _members(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except TransientError:
        if answer.status == 200:
            raise
        return {}
    return body if isinstance(body, dict) else {}


def _end(seconds: Any) -> datetime | None:
    """When the token expires; None where nothing is said, which is taken as never."""
    try:
        return datetime.now(UTC) + timedelta(seconds=float(seconds))
    except (TypeError, ValueError, OverflowError):
        return None


def _refusal(answer: Answer, error: str) -> AuthExpiredError | ConfigError | TransientError:
    """What a refusal means (RFC 6749 5.2). Of its text only the code is shown."""
    code = error if _CODE.fullmatch(error) else str(answer.status)
    if error in _NOT_NOW:
        return TransientError(f"{answer.origin} cannot sign anybody in now ({code}).")
    if error in _WRONG_CLIENT:
        return ConfigError(
            f"{answer.origin} refuses the client ({code}).",
            hint="Check client_id and client_secret, and that the client is enabled there.",
        )
    if error in ("invalid_grant", ""):
        return AuthExpiredError(
            f"{answer.origin} does not accept the sign-in any more ({code}).", hint=AGAIN
        )
    return ConfigError(
        f"{answer.origin} refuses to sign in ({code}).",
        hint="Check the client's registration there: its scopes and its redirect address.",
    )
