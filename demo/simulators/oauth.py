"""An OAuth 2.0 authorisation server that rotates its refresh tokens and notices their reuse.

RFC 6749 with PKCE (RFC 7636), and what RFC 9700 4.14.2 asks for: a refresh token that is used a
second time ends the whole sign-in. Its owner agrees at once, or denies where `denies` is set.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from demo.simulators.http import Request, Response, Simulator


@dataclass(slots=True)
class _Code:
    redirect_uri: str
    challenge: str
    ends: float


@dataclass(slots=True)
class _Family:
    """The tokens that came of one sign-in."""

    refresh: str
    used: set[str] = field(default_factory=set)
    ended: bool = False


class AuthorizationServer(Simulator):
    """Knows one client. Tokens are good for `lifetime` seconds, codes for `code_lifetime`."""

    def __init__(
        self,
        *,
        client_id: str = "demo-client",
        client_secret: str = "demo-client-secret",  # noqa: S107
        lifetime: float = 3600.0,
        code_lifetime: float = 60.0,
    ) -> None:
        super().__init__()
        self.client_id, self.client_secret = client_id, client_secret
        self.lifetime, self.code_lifetime = lifetime, code_lifetime
        self.denies = False
        self.rotates = True
        self.grants: list[str] = []
        """The grant types of the requests that gave tokens, in order."""
        self._codes: dict[str, _Code] = {}
        self._families: list[_Family] = []
        self._access: dict[str, float] = {}
        self.route("GET", "/authorize", self.authorize)
        self.route("POST", "/token", self.token)

    def sign_in(self) -> str:
        """A refresh token, as if somebody had signed in."""
        with self.lock:
            return self._new_family().refresh

    def admits(self, request: Request) -> bool:
        """Whether a request to an API bears a token that is good."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        with self.lock:
            return kind == "Bearer" and self._access.get(token, 0.0) > time.monotonic()

    def authorize(self, request: Request) -> Response:
        """Send the browser back with a code (RFC 6749 4.1.2), or with the refusal."""
        query = request.query
        if query.get("client_id") != self.client_id or query.get("response_type") != "code":
            return Response({"error": "invalid_request"}, 400)
        answer = {"state": query.get("state", "")}
        if self.denies:
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            ends = time.monotonic() + self.code_lifetime
            with self.lock:
                self._codes[answer["code"]] = _Code(
                    query["redirect_uri"], query.get("code_challenge", ""), ends
                )
        return Response(b"", 302, {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"})

    def token(self, request: Request) -> Response:
        """Give tokens for a code, a refresh token, or to the client itself."""
        form = dict(parse_qsl(request.body.decode()))
        if not self._is_client(request, form):
            return _error("invalid_client", 401)
        with self.lock:
            match form.get("grant_type"):
                case "authorization_code":
                    family = self._redeemed(form)
                case "refresh_token":
                    family = self._refreshed(form.get("refresh_token", ""))
                case "client_credentials":
                    family = None
                case _:
                    return _error("unsupported_grant_type")
            if family is None and form["grant_type"] != "client_credentials":
                return _error("invalid_grant")
            self.grants.append(form["grant_type"])
            return Response(self._tokens(family))

    def _is_client(self, request: Request, form: Mapping[str, str]) -> bool:
        kind, _, pair = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            user, _, password = base64.b64decode(pair).decode().partition(":")
            given = unquote(user), unquote(password)
        else:
            given = form.get("client_id", ""), form.get("client_secret", "")
        return given == (self.client_id, self.client_secret)

    def _redeemed(self, form: Mapping[str, str]) -> _Family | None:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.ends < time.monotonic():
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if code.redirect_uri != form.get("redirect_uri") or code.challenge not in ("", proof):
            return None
        return self._new_family()

    def _refreshed(self, token: str) -> _Family | None:
        for family in self._families:
            if token in family.used:
                family.ended = True
            if token == family.refresh and not family.ended:
                if self.rotates:
                    family.used.add(token)
                    family.refresh = secrets.token_urlsafe(16)
                return family
        return None

    def _new_family(self) -> _Family:
        family = _Family(secrets.token_urlsafe(16))
        self._families.append(family)
        return family

    def _tokens(self, family: _Family | None) -> dict[str, Any]:
        access = secrets.token_urlsafe(16)
        self._access[access] = time.monotonic() + self.lifetime
        refresh = {"refresh_token": family.refresh} if family else {}
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            **refresh,
        }


def _error(code: str, status: int = 400) -> Response:
    return Response({"error": code, "error_description": "planted-description"}, status)
