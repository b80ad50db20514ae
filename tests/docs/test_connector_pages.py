"""Every connector has its set-up pages, and they tell the truth; so does the catalogue."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from connectors import registry
from connectors.oauth import OAuthSettings
from connectors.protocol import ConnectorSpec, DeletePolicy
from mapping.loader import check_mapping
from tests.support.pages import page

CONNECTORS = registry.names()
PAGES = {"en": "README.md", "ja": "README.ja.md"}
CATALOGUE = {"en": "connectors.md", "ja": "connectors.ja.md"}
COMMON = {*OAuthSettings.model_fields}
"""Settings of every source reached by HTTP, or set by signing in: a page may leave them out."""
TABLE = re.compile(r"^\| (?:Setting|設定) \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", re.M)
KIND = {
    "email": "メール",
    "form": "フォーム",
    "social": "SNS",
    "erp": "ERP",
    "scm": "SCM",
    "file": "ファイル",
    "sql": "SQL",
    "any": "任意",
}
DELETES = {
    DeletePolicy.TOMBSTONE: {"en": "told", "ja": "通知"},
    DeletePolicy.FULL_PASS: {"en": "full listing", "ja": "全件一覧"},
}
CHANGES = {"as the manifest says": "定義による", "as its catalog says": "カタログによる"}
YES = {"en": "yes", "ja": "あり"}

every_page = pytest.mark.parametrize("language", PAGES)
every_connector = pytest.mark.parametrize("name", CONNECTORS)


def settings_in(text: str) -> set[str]:
    """The settings that a page's table names, in its first column."""
    (rows,) = TABLE.findall(text)
    cells = [row.split("|")[1] for row in rows.splitlines()]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def models_of(config: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The config's model, and those of the sections in it."""
    yield config
    for field in config.model_fields.values():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from models_of(part)


def fields_of(name: str) -> set[str]:
    return {f for model in models_of(registry.spec(name).config) for f in model.model_fields}


def for_tests(name: str) -> set[str]:
    fields = registry.spec(name).config.model_fields
    return {
        key for key, field in fields.items() if "or tests and proxies" in (field.description or "")
    }


@every_page
@every_connector
def test_a_page_names_every_setting_and_no_other(name: str, language: str) -> None:
    named, known = settings_in(registry.setup_page(name, language)), fields_of(name)
    assert named - known == set()
    assert known - COMMON - for_tests(name) - named == set()


@every_page
@every_connector
def test_a_page_leads_to_the_other_language_and_to_files_that_are_there(
    name: str, language: str
) -> None:
    other = PAGES["ja" if language == "en" else "en"]
    folder, text = registry.BUILTIN / name, registry.setup_page(name, language)
    assert f"]({other})" in text.split("\n## ")[0]
    for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert (folder / link).resolve().is_file(), link


@every_page
@every_connector
def test_a_page_names_the_version_and_the_reference_it_was_written_against(
    name: str, language: str
) -> None:
    opening = registry.setup_page(name, language).split("\n## ")[0]
    assert re.search(r"\]\(https://[^)]+\)|https://\S+", opening)
    versions = r"\d|no version|バージョン番号なし"
    assert re.search(versions, re.sub(r"\(https?://[^)]*\)", "", opening)), "no version"
    assert re.search(r"Tested|試験|テスト", opening)


@every_page
@every_connector
def test_a_page_says_what_to_do_when_it_fails(name: str, language: str) -> None:
    assert re.search(
        r"^## (When it fails|うまくいかないとき)", registry.setup_page(name, language), re.M
    )


@every_page
@every_connector
def test_a_page_shows_settings_that_are_settings(name: str, language: str) -> None:
    shown = re.findall(
        r"^connector: (\w+)\n((?:\w.*\n|\s.*\n)*?)```", registry.setup_page(name, language), re.M
    )
    for connector, lines in shown:
        assert connector == name
        assert set(re.findall(r"^(\w+):", lines, re.M)) <= fields_of(name)


@every_connector
def test_a_mapping_loads(name: str) -> None:
    assert check_mapping(registry.mapping_text(name), f"{name}/mapping.yaml") == ()


def row(spec: ConnectorSpec, language: str) -> str:
    """What the registry knows of a connector, as the catalogue writes it."""
    en = language == "en"
    streams = [f"`{one.name}`" for one in spec.streams if one.name != "*"]
    found = dict.fromkeys(one.cursor for one in spec.streams if one.cursor)
    cursors = found if en else [CHANGES.get(cursor, cursor) for cursor in found]
    deletes = dict.fromkeys(
        DELETES[one.deletes]["en" if en else "ja"] for one in spec.streams if one.deletes in DELETES
    )
    cells = [
        f"[{spec.name}](../connectors/builtin/{spec.name}/{PAGES[language]})",
        spec.title["en" if en else "ja"],
        spec.kind if en else KIND[spec.kind],
        ", ".join(streams) or ("its own" if en else "任意"),
        ", ".join(cursors) or "–",
        ", ".join(deletes) or "–",
        YES[language] if spec.pushes else "–",
    ]
    return "| " + " | ".join(cells) + " | "


@every_page
@every_connector
def test_the_catalogue_has_a_row_that_is_true(name: str, language: str) -> None:
    lines = page(CATALOGUE[language]).splitlines()
    rows = [line for line in lines if line.startswith(f"| [{name}](")]
    expected = row(registry.spec(name), language)
    assert len(rows) == 1, f"docs/{CATALOGUE[language]} needs the row:\n{expected}..."
    assert rows[0].startswith(expected), f"it should begin:\n{expected}"
    peers = rows[0].removeprefix(expected).removesuffix(" |").split(", ")
    opening = registry.setup_page(name, language).split("\n## ")[0]
    assert [peer for peer in peers if peer not in opening] == []


@every_page
def test_the_catalogue_has_no_row_too_many(language: str) -> None:
    listed = re.findall(r"^\| \[(\w+)\]\(", page(CATALOGUE[language]), re.M)
    assert sorted(listed) == list(CONNECTORS)
    for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", page(CATALOGUE[language])):
        assert (Path(__file__).parents[2] / "docs" / link).resolve().is_file(), link
