"""The first half of signing in (RFC 6749 4.1, RFC 7636): where to send the owner's browser."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connectors.oauth import OAuth2, OAuthSettings, filled
from daifuku.errors import ConfigError


def new_secret() -> str:
    """256 random bits as a state or a PKCE verifier carries them (RFC 7636 4.1)."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_url(
    flow: OAuth2, settings: OAuthSettings, *, redirect_uri: str, state: str, verifier: str
) -> str:
    """The address at which the owner agrees; the browser then goes to `redirect_uri`.

    Raises:
        ConfigError: the flow has no such address, or it is no https URL.
    """
    if flow.authorize_url is None:
        raise ConfigError("Nobody signs in to this source: its client is let in by itself.")
    parts = urlsplit(settings.authorize_url or filled(flow.authorize_url, settings))
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or parts.scheme not in (("http", "https") if local else ("https",)):
        raise ConfigError("The address to sign in at is no https URL.", hint="Correct it.")
    asked = {
        **dict(parse_qsl(parts.query)),
        **flow.extra,
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    if flow.scopes:
        asked["scope"] = flow.scope_separator.join(flow.scopes)
    if flow.pkce:
        asked |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
    return urlunsplit(parts._replace(query=urlencode(asked)))
