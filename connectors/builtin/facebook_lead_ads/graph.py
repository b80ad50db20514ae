"""Asks Meta's Graph API, whose refusals say by a code in the body what is meant.

https://developers.facebook.com/docs/graph-api/guides/error-handling
https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.builtin.facebook_lead_ads.config import FacebookLeadAdsConfig
from connectors.forms.signed import body_digest
from connectors.http import Answer, HttpSource
from connectors.http_errors import raise_for_status
from connectors.json_text import parse_json
from connectors.page_tokens import SeenTokens
from daifuku.errors import AuthExpiredError, ConfigError, RateLimitedError, TransientError

_SIGNED_OUT = frozenset((102, 190))
_TOO_FAST = frozenset((4, 17, 32, 341, 613))
_TOO_FAST_FOR_A_USE_CASE = range(80_000, 80_015)
_PASSING = frozenset((1, 2))
_FORBIDDEN = frozenset((3, 10, *range(200, 300)))
_WAIT = 300.0
_USAGE = "x-business-use-case-usage"
_LONGEST_WAIT = 24 * 3600.0


class GraphApi:
    """Reads objects and lists with the page's token; each request proves to come from the app."""

    def __init__(self, http: HttpSource, config: FacebookLeadAdsConfig) -> None:
        self._http = http
        self._version = config.api_version
        proof = body_digest(
            config.app_secret.get_secret_value(),
            config.page_access_token.get_secret_value().encode(),
        )
        self._proof = {"appsecret_proof": proof.hex()}

    def get(self, path: str, params: Mapping[str, str | int]) -> dict[str, Any]:
        """The object at `path`.

        Raises:
            SourceError: as `HttpSource.get_json` says; a token that is no longer taken is an
                AuthExpiredError, too many calls are a RateLimitedError.
        """
        answer = self._http.send(
            "GET",
            f"/{self._version}/{path}",
            params={**params, **self._proof},
            answered=(400, 401, 403, 404, 429),
        )
        if answer.status >= 300:
            _raise_for_code(answer)
        found = answer.json()
        if not isinstance(found, dict):
            raise TransientError(f"{answer.origin} answered something other than an object.")
        return found

    def pages(
        self, path: str, params: Mapping[str, str | int], after: str = ""
    ) -> Iterator[tuple[list[dict[str, Any]], str]]:
        """The pages of a list beyond the cursor `after`, each with the cursor of the next or ""."""
        cursors = SeenTokens(f"Meta's list {path.rpartition('/')[2]}")
        while True:
            found = self.get(path, {**params, **({"after": after} if after else {})})
            data = found.get("data")
            if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
                raise TransientError("Meta answered something other than a list.")
            paging = found.get("paging") or {}
            more = paging.get("next") and (paging.get("cursors") or {}).get("after")
            after = cursors.note(str(more)) if more else ""
            yield data, after
            if not after:
                return


def _raise_for_code(answer: Answer) -> None:
    code = _code(answer)
    if code in _SIGNED_OUT:
        raise AuthExpiredError(
            "Meta no longer takes the page's access token.",
            hint="Make a new one, and enter it as page_access_token.",
        )
    if code in _TOO_FAST or code in _TOO_FAST_FOR_A_USE_CASE:
        raise RateLimitedError(
            f"{answer.origin} says that there were too many calls ({code}).",
            retry_after=_wait(answer),
        )
    if code in _PASSING:
        raise TransientError(f"{answer.origin} failed with code {code}.", hint="It is tried again.")
    if code in _FORBIDDEN:
        raise ConfigError(
            f"The page's access token lacks a permission ({code}).",
            hint="Grant leads_retrieval and the others of the set-up page, and see that Leads"
            " Access Manager lets the app read the page's leads.",
        )
    raise_for_status(answer.origin, answer.status, answer.headers)


def _code(answer: Answer) -> int:
    try:
        return int(parse_json(answer.body)["error"]["code"])
    except (ValueError, LookupError, TypeError):
        return 0


def _wait(answer: Answer) -> float:
    """Seconds until calls are taken again, as the answer's usage header says in minutes."""
    try:
        usage = parse_json(answer.headers.get(_USAGE, "").encode())
        minutes = max(
            float(each.get("estimated_time_to_regain_access", 0))
            for uses in usage.values()
            for each in uses
        )
    except (ValueError, TypeError, AttributeError):
        return _WAIT
    return min(max(minutes * 60, _WAIT), _LONGEST_WAIT)
