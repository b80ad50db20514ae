"""`daifuku key`, `secret-key`, `db` and `doctor`: what keeps an installation well."""

import base64
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from tests.support.commandline import Cli


def test_a_key_is_shown_once_and_listed_by_its_start(cli: Cli) -> None:
    key = cli("key", "create", "crm").out.strip()
    made = cli("key", "create", "shop [new]", "--json").json
    assert key.startswith("dfk_")
    assert made["key"].startswith("dfk_")
    shown = cli("key", "list").out
    assert "shop [new]" in shown
    assert key not in shown
    assert [k["name"] for k in cli("key", "list", "--json").json["keys"]] == ["crm", "shop [new]"]


def test_a_key_is_revoked_once(cli: Cli) -> None:
    cli("key", "create", "crm")
    assert cli("key", "revoke", 1, "--json").json == {"revoked": 1}
    again = cli("key", "revoke", 1)
    assert again.status == 1
    assert "There is no key 1 in use." in again.err
    assert cli("key", "revoke", "crm").status == 2


def test_a_secret_key_has_256_bits_and_is_never_the_same(cli: Cli) -> None:
    first, second = cli("secret-key").out.strip(), cli("secret-key", "--json").json["secret_key"]
    assert len(base64.urlsafe_b64decode(first)) == 32
    assert first != second


def test_the_schema_is_brought_up_to_date(cli: Cli, home: Path) -> None:
    (home / "daifuku.sqlite").unlink()
    assert cli("db", "status").status == 1
    assert cli("db", "status", "--json").json == {"schema": "outdated"}
    assert cli("db", "upgrade", "--json").json == {"schema": "current"}
    assert cli("db", "status").out == "The schema is current.\n"


def test_the_doctor_finds_nothing_at_fault_with_a_new_installation(cli: Cli) -> None:
    assert cli("key", "list").status == 0
    examined = cli("doctor")
    assert examined.status == 0
    assert "✓ database: It answers and has the current schema." in examined.out
    assert cli("doctor", "--quiet").out == ""
    findings = cli("doctor", "--json").json["findings"]
    assert {"python", "secret key", "broker", "database", "jobs"} <= {
        f["subject"] for f in findings
    }


def test_the_doctor_says_how_to_mend_a_fault(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("key", "list").status == 0
    (home / "secret.key").chmod(0o644)
    monkeypatch.setenv("DAIFUKU_REDIS_URL", "redis://127.0.0.1:1/0")
    examined = cli("doctor", "--quiet")
    assert examined.status == 1
    assert "chmod 600" in examined.out
    assert "✗ broker: It does not answer (ConnectionError)." in examined.out


def test_the_doctor_tells_of_a_disk_that_fills_up(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("key", "list").status == 0
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=500_000_000))
    assert "! room: 500 MB are left on the disk of" in cli("doctor").out
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    examined = cli("doctor", "--quiet")
    assert (examined.status, "✗ room: 5 MB are left" in examined.out) == (1, True)


def test_the_doctor_tells_of_notices_that_nobody_gets(cli: Cli) -> None:
    cli("notify", "add", "ops", "ops@example.jp")
    examined = cli("doctor")
    assert "! notices: Nobody mails ops" in examined.out
    assert "DAIFUKU_SMTP_URL" in examined.out


@pytest.mark.parametrize("words", ["doctor", "db status", "db upgrade", "source list"])
def test_a_database_of_a_later_version_is_told_apart_from_one_to_be_upgraded(
    cli: Cli, home: Path, words: str
) -> None:
    with sqlite3.connect(home / "daifuku.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    told = cli(*words.split())
    assert told.status == 1
    assert "the schema of a later version" in told.out + told.err
    assert "daifuku db upgrade" not in told.out + told.err


def test_the_doctor_tells_of_a_standby(
    cli: Cli, postgres_url: str, postgres_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIFUKU_DATABASE_URL", postgres_store_url)
    name = postgres_store_url.rpartition("/")[2]
    setting = f'ALTER DATABASE "{name}" %s default_transaction_read_only'
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute((setting % "SET" + " = on").encode())
        examined = cli("doctor")
        server.execute((setting % "RESET").encode())
    assert "✗ database: It takes no writes: is it a standby?" in examined.out


def test_the_doctor_says_which_sources_are_paused(cli: Cli, shop: str) -> None:
    cli("source", "pause", shop)
    assert "! sources: Paused: shop." in cli("doctor").out


def test_the_key_that_seals_secrets_is_changed(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("notify", "add", "ops", "ops@example.jp").status == 0
    old = (home / "secret.key").read_text()
    (home / "secret.key").unlink()
    monkeypatch.setenv("DAIFUKU_SECRET_KEY", cli("secret-key").out.strip())
    unknown = cli("doctor")
    assert unknown.status == 1
    assert "✗ secrets: 1 are sealed with a key that this process does not have." in unknown.out
    assert cli("secret-key", "rotate").status == 1

    monkeypatch.setenv("DAIFUKU_SECRET_KEYS_OLD", old)
    assert "Run: daifuku secret-key rotate" in cli("doctor").out
    assert "1 secrets are sealed anew." in cli("secret-key", "rotate").out
    monkeypatch.delenv("DAIFUKU_SECRET_KEYS_OLD")
    assert "✓ secrets: 1 are sealed with the current key." in cli("doctor").out
    assert cli("secret-key", "rotate", "--json").json["resealed"] == 0
    assert "ops@example.jp" in cli("notify", "list").out
