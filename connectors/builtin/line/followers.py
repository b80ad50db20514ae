"""Reads the followers of a LINE official account, page by page, each with their profile.

https://developers.line.biz/en/reference/messaging-api/#get-follower-ids
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from connectors.http import HttpSource
from connectors.protocol import Checkpoint, Log, Message, Record
from daifuku.errors import ConfigError, TransientError

FOLLOWERS = "followers"
_CHECKPOINT_EVERY = 500
_IDLE_PAGES = 5


class FollowerPages:
    """The pages of follower ids from `start` on ("" is the beginning)."""

    def __init__(self, http: HttpSource, page_size: int, start: str) -> None:
        self._http = http
        self._page_size = page_size
        self._tokens: set[str] = set()
        self._known: set[int] = set()
        self._idle = 0
        self.start = start
        self.is_whole = not start

    def __iter__(self) -> Iterator[list[str]]:
        """Each page's new ids. `start` then names the page that follows.

        Raises:
            SourceError: as `HttpSource.get_json` says, and where the pages never end.
        """
        while True:
            page = self._page()
            ids = self._new(page.get("userIds"))
            token = page.get("next")
            self.start = token if isinstance(token, str) else ""
            self._guard(len(ids))
            yield ids
            if not self.start:
                return

    def _page(self) -> Mapping[str, Any]:
        params: dict[str, str | int] = {"limit": self._page_size}
        if self.start:
            params["start"] = self.start
        try:
            page = self._http.get_json("/v2/bot/followers/ids", params)
        except ConfigError as error:
            if not self.start or self._tokens or "(400)" not in error.message:
                raise
            # The token that an earlier run left expires within a day: begin anew.
            self.start, self.is_whole = "", True
            return self._page()
        if not isinstance(page, dict) or not isinstance(page.get("userIds"), list):
            raise TransientError("LINE answered something other than a page of followers.")
        return page

    def _new(self, ids: Any) -> list[str]:
        fresh: list[str] = []
        for user_id in ids:
            if isinstance(user_id, str) and hash(user_id) not in self._known:
                self._known.add(hash(user_id))
                fresh.append(user_id)
        return fresh

    def _guard(self, fresh: int) -> None:
        self._idle = 0 if fresh else self._idle + 1
        if self.start in self._tokens or self._idle > _IDLE_PAGES:
            raise TransientError(
                "LINE's list of followers does not end: it gives the same page again.",
                hint="It is tried again; if it happens every time, tell LINE's support.",
            )
        if self.start:
            self._tokens.add(self.start)


def followers(http: HttpSource, pages: FollowerPages) -> Iterator[Message]:
    """A record per follower with checkpoints; a tombstone for one whose profile is gone."""
    since = 0
    begin = pages.start
    for ids in pages:
        for user_id in ids:
            yield _follower(http, user_id)
            since += 1
            if since >= _CHECKPOINT_EVERY:
                # Within a page: the state from before it, so that its followers come again.
                yield Checkpoint(FOLLOWERS, _state(begin))
                since = 0
        begin = pages.start
        yield Checkpoint(FOLLOWERS, _state(begin))
        since = 0
    if not pages.is_whole:
        yield Log("info", "The list of followers was resumed in its middle.")


def _follower(http: HttpSource, user_id: str) -> Record:
    profile = http.find_json(f"/v2/bot/profile/{quote(user_id, safe='')}")
    if profile is None:  # blocked or closed the account since the list was made
        return Record(FOLLOWERS, user_id, {"userId": user_id}, deleted=True)
    if not isinstance(profile, dict):
        raise TransientError("LINE answered something other than a profile.")
    return Record(FOLLOWERS, user_id, {**profile, "userId": user_id})


def _state(start: str) -> dict[str, str]:
    return {"start": start} if start else {}
