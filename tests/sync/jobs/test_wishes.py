"""Wishes for one source come together: what any of them asks for is read."""

from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sync.jobs.wishes import Wish

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
MOMENTS = st.none() | st.integers(0, 3).map(lambda days: NOON - timedelta(days=days))
STREAMS = st.none() | st.lists(
    st.sampled_from(["customers", "orders", "notes"]), min_size=1, unique=True
).map(tuple)
WISHES = st.builds(Wish, streams=STREAMS, full=st.booleans(), since=MOMENTS, asked_at=MOMENTS)


@given(WISHES, WISHES)
def test_together_they_cover_each(one: Wish, other: Wish) -> None:
    both = one.joined(other)
    assert both.covers(one)
    assert both.covers(other)
    assert other.joined(one).covers(both)


@given(WISHES, WISHES)
def test_to_cover_is_to_read_all_of_it(one: Wish, other: Wish) -> None:
    expected = one.streams is None or (
        other.streams is not None and set(other.streams) <= set(one.streams)
    )
    if not one.full:
        expected = expected and not other.full
        if other.since is not None:
            expected = expected and one.since is not None and one.since <= other.since
    assert one.covers(other) is expected


@given(WISHES)
def test_a_wish_comes_back_from_the_arguments_of_a_job(wish: Wish) -> None:
    assert Wish.of(orjson.loads(orjson.dumps(wish.args()))) == wish


def test_a_date_without_a_zone_is_meant_in_utc() -> None:
    assert Wish.of({"since": "2026-04-01"}).since == datetime(2026, 4, 1, tzinfo=UTC)
