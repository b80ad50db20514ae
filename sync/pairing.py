"""Pairs sources that push with a poll: what is lost on its way is then read all the same."""

from connectors.protocol import DeletePolicy
from connectors.registry import spec
from daifuku.errors import DaifukuError
from daifuku.storage.repositories.sources import SourceRow


def next_poll_is_missing(row: SourceRow) -> bool:
    """Whether a source's records come by delivery alone, and could be read as well."""
    if row.interval_seconds is not None or row.cron is not None:
        return False
    try:
        found = spec(row.connector)
    except DaifukuError:
        return False
    readable = any(one.cursor or one.deletes is not DeletePolicy.NONE for one in found.streams)
    return found.pushes and readable
