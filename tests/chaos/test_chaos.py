"""A short storm: killed again and again while it works, a hub ends as if nothing had happened.

`./run chaos` lets a long one rage.
"""

from pathlib import Path

from daifuku.storage.engine import Store
from tests.chaos.landscape import running
from tests.chaos.storm import weather
from tests.chaos.verdict import faults

SECONDS = 4.0


def test_a_storm_leaves_no_trace(store: Store, tmp_path: Path) -> None:
    with running(tmp_path, seed=3, scale=60) as landscape:
        story = weather(store, landscape, tmp_path, seconds=SECONDS, seed=3)
        assert faults(store, landscape, tmp_path, story) == []
    assert story.kills
