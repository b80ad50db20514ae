"""Guards against a list of pages that leads in a circle."""

from daifuku.errors import TransientError


class SeenTokens:
    """The page tokens of one list that were given so far. `what` names the list in the error."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: set[str] = set()

    def note(self, token: str) -> str:
        """The token, where it is new.

        Raises:
            TransientError: it came before, so that the pages would go round for ever.
        """
        if token in self._seen:
            raise TransientError(
                f"{self._what} does not end: the same page comes again.",
                hint="It is tried again; if it happens every time, tell the source's support.",
            )
        self._seen.add(token)
        return token
