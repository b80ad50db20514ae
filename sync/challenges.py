"""Senders that ask, before they deliver, whether a webhook's address is the source's."""

from collections.abc import Mapping

from connectors.protocol import Challenged
from daifuku.errors import NotFoundError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sources
from sync.inbox import push_connector


def answer_challenge(store: Store, box: SecretBox, source: str, query: Mapping[str, str]) -> str:
    """What to answer a sender that asks.

    Raises:
        NotFoundError: there is no such source, or nobody asks that of it.
        AuthExpiredError: whoever asks does not know the word agreed on.
    """
    with store.read() as tx:
        row = sources.get(tx, source)
    connector = push_connector(box, row)
    if not isinstance(connector, Challenged):
        raise NotFoundError(f"The source {row.id} takes deliveries without being asked first.")
    return connector.answer_challenge(query)
