"""Following a table by its cursor: nothing is lost, whatever ties, comes late or is cut short."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from connectors.protocol import Checkpoint, Connector, Message, Record, StreamStatus, Unreadable
from connectors.registry import connect
from daifuku.errors import ConfigError, TransientError
from tests.contract.reading import StreamReading, read_all
from tests.support.servers import free_port

START = datetime(2024, 1, 1, tzinfo=UTC)


class Customers:
    """A table of customers in a real database, and the connector that reads it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(url)
        self.kind = self.engine.dialect.name
        time = "timestamptz" if self.kind == "postgresql" else "text"
        self.run(f"create table customers (id int primary key, name text, updated {time})")

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def at(self, second: float) -> Any:
        moment = START + timedelta(seconds=second)
        if self.kind == "postgresql":
            return moment
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def put(self, number: int, second: float | None, name: str = "x") -> None:
        self.run(
            "insert into customers values (:id, :name, :at) "
            "on conflict (id) do update set name = excluded.name, updated = excluded.updated",
            id=number,
            name=name,
            at=None if second is None else self.at(second),
        )

    def connector(self, **stream: Any) -> Connector:
        settings = {
            "name": "customers", "table": "customers", "primary_key": "id", "cursor": "updated",
        }  # fmt: skip
        settings.update(stream)
        held = {key: value for key, value in settings.items() if value is not None}
        return connect("sql", {"url": self.url, "streams": [held]})

    def read(self, state: Any = None, **stream: Any) -> StreamReading:
        connector = self.connector(**stream)
        return read_all(connector, ["customers"], {"customers": state or {}})["customers"]


@pytest.fixture
def customers(empty_database: str) -> Iterator[Customers]:
    made = Customers(empty_database)
    yield made
    made.engine.dispose()


def until(messages: Iterator[Message], checkpoints: int) -> tuple[list[str], Any]:
    """The ids and the state at the given checkpoint, where the reading is abandoned."""
    ids = []
    for message in messages:
        if isinstance(message, Record):
            ids.append(message.external_id)
        elif isinstance(message, Checkpoint):
            checkpoints -= 1
            if not checkpoints:
                return ids, message.state
    raise AssertionError("the reading ended before")


def test_only_changes_are_read_again(customers: Customers) -> None:
    for number in range(5):
        customers.put(number, second=number)
    first = customers.read()
    assert first.ids == ["0", "1", "2", "3", "4"]
    customers.put(1, second=10, name="changed")
    again = customers.read(first.state)
    assert again.ids == ["4", "1"]
    assert again.records[-1].data["name"] == "changed"


def test_a_row_that_joins_the_last_tie_later_is_not_lost(customers: Customers) -> None:
    customers.put(5, second=10)
    first = customers.read()
    customers.put(3, second=10)
    assert set(customers.read(first.state).ids) == {"3", "5"}


def test_a_pass_cut_inside_a_large_tie_goes_on_and_later_looks_again(customers: Customers) -> None:
    with customers.engine.begin() as connection:
        insert_many(connection, 2_500, at=customers.at(0))
    customers.put(9_000, second=5)
    ids, state = until(customers.connector().read(["customers"], {}), checkpoints=2)
    customers.put(-1, second=0)  # sorts before where the pass was cut
    rest = customers.read(state)
    assert len(ids) == 2_000
    assert len(rest.ids) == 501
    assert set(ids) | set(rest.ids) == {*map(str, range(2_500)), "9000"}
    assert "-1" in customers.read(rest.state).ids


def insert_many(connection: Connection, count: int, *, at: Any) -> None:
    rows = [{"id": number, "at": at} for number in range(count)]
    connection.execute(text("insert into customers values (:id, 'x', :at)"), rows)


def test_a_late_commit_is_found_by_looking_back(customers: Customers) -> None:
    customers.put(1, second=100)
    first = customers.read(lookback=60)
    customers.put(2, second=50)
    assert customers.read(first.state).ids == ["1"]
    looked_back = customers.read(first.state, lookback=60)
    assert looked_back.ids == ["2", "1"]
    assert looked_back.state == first.state


def test_a_row_dated_in_the_future_does_not_hide_later_changes(customers: Customers) -> None:
    """A slip of the pen such as 2999 would else move the cursor past everything to come."""
    customers.put(1, second=0)
    customers.put(2, second=40 * 365 * 86_400)
    first = customers.read()
    assert first.ids == ["1", "2"]
    customers.put(3, second=(datetime.now(UTC) - START).total_seconds() + 3_600)
    assert "3" in customers.read(first.state).ids


def test_rows_without_a_cursor_value_come_every_time(customers: Customers) -> None:
    customers.put(1, second=None)
    customers.put(2, second=1)
    first = customers.read()
    assert first.ids == ["1", "2"]
    assert "1" in customers.read(first.state).ids


def test_without_a_cursor_all_is_read_and_checkpoints_keep_no_position(
    customers: Customers,
) -> None:
    with customers.engine.begin() as connection:
        insert_many(connection, 1_200, at=customers.at(0))
    reading = customers.read(cursor=None)
    assert len(reading.ids) == 1_200
    assert all(checkpoint.state == {} for checkpoint in reading.checkpoints)
    last = reading.messages[-1]
    assert getattr(last, "full_pass", False)


def test_a_query_with_colons_percents_and_casts(customers: Customers) -> None:
    customers.put(1, second=0, name="12:30 100%")
    query = "select id, name, updated, ':x %s' as mark from customers where name like '%:30%';"
    (record,) = customers.read(table=None, query=query).records
    assert record.data["mark"] == ":x %s"


def test_a_primary_key_of_several_columns(customers: Customers) -> None:
    customers.put(1, second=0, name="a:b")
    customers.put(2, second=0, name="a")
    first = customers.read(primary_key=["name", "id"])
    assert set(first.ids) == {"a\\:b:1", "a:2"}


def test_a_row_that_cannot_be_stored_is_told(customers: Customers) -> None:
    customers.put(1, second=0, name="\x1b[31m")
    customers.put(2, second=1)
    customers.run("insert into customers values (3, :name, :at)", name="x", at=customers.at(2))
    reading = customers.read()
    assert [m.code for m in reading.messages if isinstance(m, Unreadable)] == ["control_character"]
    assert reading.ids == ["2", "3"]


@pytest.mark.parametrize(
    ("stream", "told"),
    [
        ({"table": "nowhere"}, "nowhere"),
        ({"primary_key": "nr"}, "no column 'nr'"),
        ({"cursor": "changed"}, "changed"),
        ({"table": None, "query": "selct 1"}, "refuses"),
        ({"table": None, "query": "delete from customers"}, "refuses"),
    ],
)
def test_wrong_settings_are_told(customers: Customers, stream: Any, told: str) -> None:
    check = customers.connector(**stream).check()
    assert not check.ok
    assert told in check.message
    reading = customers.read(**stream)
    assert isinstance(reading.failures[0].error, ConfigError)
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE


def test_two_columns_of_one_name_are_told(customers: Customers) -> None:
    if customers.kind != "postgresql":
        pytest.skip("SQLite renames the second")
    query = "select id, id, updated from customers"
    assert "one name" in customers.connector(table=None, query=query).check().message


def test_nothing_can_be_written(customers: Customers) -> None:
    if customers.kind != "postgresql":
        pytest.skip("SQLite has no functions that write")
    customers.run(
        "create function spoil() returns int language sql as 'delete from customers; select 1'"
    )
    customers.put(1, second=0)
    query = "select id, name, updated, spoil() from customers"
    assert customers.read(table=None, query=query).failures
    assert customers.read().ids == ["1"]


def test_discovery_names_columns_and_types(customers: Customers) -> None:
    customers.put(1, second=0)
    (info,) = customers.connector().discover()
    assert info.properties["id"] == {"type": ["integer"]}
    assert info.properties["updated"] == {"type": ["string"]}
    assert (info.spec.name, info.spec.cursor) == ("customers", "updated")


@pytest.mark.parametrize(
    ("url", "kind", "told"),
    [
        ("nonsense", ConfigError, "cannot be read"),
        ("nosuchdb://127.0.0.1/y", ConfigError, "not known"),
        ("mysql+pymysql://x@127.0.0.1/y", ConfigError, "driver"),
        ("sqlite:////nowhere/x.db", ConfigError, "no such SQLite file"),
        ("sqlite://", ConfigError, "no such SQLite file"),
        ("postgresql://u:planted@127.0.0.1:{port}/d", TransientError, "cannot be reached"),
        ("postgresql://u:planted@169.254.169.254/d", ConfigError, "may not reach"),
    ],
)
def test_a_database_that_cannot_be_opened(url: str, kind: type[Exception], told: str) -> None:
    stream = {"name": "s", "table": "t", "primary_key": "id"}
    connector = connect("sql", {"url": url.format(port=free_port()), "streams": [stream]})
    check = connector.check()
    assert not check.ok
    assert told in check.message
    assert "planted" not in check.message
    assert isinstance(read_all(connector, ["s"])["s"].failures[0].error, kind)


@pytest.mark.parametrize(
    ("stream", "told"),
    [
        ({"name": "s", "primary_key": "id"}, "either table or query"),
        ({"name": "s", "table": "t", "query": "q", "primary_key": "id"}, "either table or query"),
        ({"name": "s", "query": "select 1; delete from t", "primary_key": "id"}, "one SELECT"),
        ({"name": "s", "table": "t", "primary_key": []}, "primary_key"),
    ],
)
def test_settings_are_checked_before_anything_is_read(stream: Any, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        connect("sql", {"url": "sqlite:///x", "streams": [stream]})


@pytest.mark.parametrize("place", ["postgresql://u@127.0.0.1/d", "postgresql://u@/d?host=127.1"])
def test_a_database_within_is_closed_where_that_is_not_allowed(place: str) -> None:
    streams = [{"name": "t", "table": "t", "primary_key": "id"}]
    source = connect("sql", {"url": place, "streams": streams, "allow_private": False})
    assert "may not reach" in source.check().message


def test_postgresql_is_reached_at_the_addresses_that_were_vetted(
    customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name leads where it led when it was looked at, even if that is not its first address."""
    if customers.kind != "postgresql":
        pytest.skip("a file has no address")
    real = socket.getaddrinfo
    asked: list[Any] = []

    def look(host: Any, *rest: Any, **more: Any) -> Any:
        if host != "db.example.com":
            return real(host, *rest, **more)
        asked.append(host)
        return real("::1", *rest, **more) + real("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look)
    customers.put(1, 1)
    moved = make_url(customers.url).set(host="db.example.com")
    customers.url = moved.render_as_string(hide_password=False)
    assert customers.read().ids == ["1"]
    assert len(asked) == 1
