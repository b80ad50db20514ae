"""The servers the other tests stand on really run."""

import psycopg
import redis


def test_postgres_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        row = connection.execute("select 1").fetchone()
    assert row == (1,)


def test_valkey_answers(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        assert client.ping()
