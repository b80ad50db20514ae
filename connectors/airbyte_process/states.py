"""States of the protocol, each kept with the streams it covers.

A stream's state is kept as `{"stream": ...}`. A global state covers all streams at once, and the
hub commits stream by stream: each keeps a copy, `{"global", "stream", "number"}`, and the program
is given back the oldest copy, so that no stream is resumed ahead of its records. A state of before
the protocol knew streams is kept like that as `{"legacy", "number"}`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.airbyte_process.catalog import Found
from connectors.airbyte_process.messages import Node, name_of, part, parts
from connectors.protocol import StreamState

GLOBAL, LEGACY, STREAM, NUMBER = "global", "legacy", "stream", "number"


class States:
    """Numbers the states of one reading, going on from those it began with."""

    def __init__(self, before: Mapping[str, StreamState]) -> None:
        self._number = max((state.get(NUMBER, 0) for state in before.values()), default=0)

    def of(self, message: Node, streams: Sequence[str]) -> dict[str, StreamState]:
        """What each stream that the state covers is to keep; `streams` are those being read."""
        kind = message.get("type") or ("STREAM" if STREAM in message else "LEGACY")
        if kind == "STREAM":
            told = part(message, "stream")
            name = name_of(part(told, "stream_descriptor"))
            return {name: {STREAM: told.get("stream_state")}}
        self._number += 1
        if kind == "GLOBAL":
            whole = part(message, "global")
            shared = whole.get("shared_state")
            own = {
                name_of(part(told, "stream_descriptor")): told.get("stream_state")
                for told in parts(whole, "stream_states")
            }
            return {
                name: {GLOBAL: shared, STREAM: own.get(name), NUMBER: self._number}
                for name in streams
            }
        return {name: {LEGACY: message.get("data"), NUMBER: self._number} for name in streams}


def as_told(streams: Sequence[Found], before: Mapping[str, StreamState]) -> Any:
    """What the program is given of `before`; None if there is nothing."""
    held = {one.spec.name: before.get(one.spec.name) or {} for one in streams if one.incremental}
    numbered = [state for state in held.values() if NUMBER in state]
    oldest = min(numbered, key=lambda state: state[NUMBER], default=None)
    if oldest is not None and LEGACY in oldest:
        return oldest[LEGACY]
    own = [
        {"stream_descriptor": one.descriptor, "stream_state": held[one.spec.name][STREAM]}
        for one in streams
        if held.get(one.spec.name, {}).get(STREAM) is not None
    ]
    if oldest is not None:
        shared = {"shared_state": oldest[GLOBAL], "stream_states": own}
        return [{"type": "GLOBAL", "global": shared}]
    return [{"type": "STREAM", "stream": state} for state in own] or None
