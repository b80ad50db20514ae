"""An installation adds connectors of its own by putting folders into one folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from connectors import registry
from connectors.protocol import Checkpoint, DeletePolicy, Record
from connectors.settings import secrets
from connectors.shaping import CONTENT
from daifuku.errors import ConfigError, NotFoundError, UserError
from tests.connectors.registry.crm import Crm
from tests.contract.reading import read_all
from tests.support.commandline import Cli

PYTHON = """
from pydantic import BaseModel
from connectors.protocol import *
from .words import TITLE

class Settings(BaseModel):
    greeting: str

STREAMS = (StreamSpec("words", "id"),)
SPEC = ConnectorSpec("hello", {"en": TITLE, "ja": TITLE}, "any", Settings, STREAMS)

class Hello:
    spec = SPEC
    def __init__(self, config): self.config = config
    def check(self): return CheckResult(True, self.config.greeting)
    def discover(self): return [StreamInfo(one) for one in SPEC.streams]
    def read(self, streams, state):
        yield Record("words", "1", {"word": self.config.greeting})
        yield Checkpoint("words", {})

connect = Hello
"""
MANIFEST = """
version: 7.0.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [people]}
definitions:
  base:
    type: DeclarativeStream
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url_base: "{{ config['url'] }}"
        path: "{{ parameters['path'] }}"
        request_headers: {X-Key: "{{ config['api_key'] }}"}
      record_selector:
        type: RecordSelector
        extractor: {type: DpathExtractor, field_path: [customers]}
streams:
  - {$ref: "#/definitions/base", name: notes, $parameters: {path: customers}}
  - $ref: "#/definitions/base"
    $parameters: {name: people, path: customers, primary_key: [id]}
spec:
  connection_specification:
    type: object
    required: [url, api_key]
    additionalProperties: false
    properties:
      url: {type: string}
      api_key: {type: string, airbyte_secret: true}
      copy: {type: integer, default: 3}
"""
ABOUT = """
title: {en: A CRM, ja: 顧客管理}
kind: erp
streams:
  people: {deletes: full_pass, ordered: true}
"""
GOOD: Mapping[str, str] = {
    "connector.py": PYTHON, "words.py": "TITLE = 'Hello'", "mapping.yaml": "version: 1"
}  # fmt: skip

Install = Callable[[str, Mapping[str, str]], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a connector into the installation's folder."""
    monkeypatch.setenv("DAIFUKU_CONNECTORS", str(tmp_path / "own"))

    def put(name: str, files: Mapping[str, str]) -> Path:
        folder = tmp_path / "own" / name
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    return put


def low_code(**over: str) -> dict[str, str]:
    return {"manifest.yaml": MANIFEST, "connector.yaml": ABOUT, **over}


# Python


def test_a_folder_with_python_is_a_connector(install: Install) -> None:
    install("hello", GOOD)
    source = registry.connect("hello", {"greeting": "やあ"})
    assert "hello" in registry.names()
    assert registry.spec("hello").title["en"] == "Hello"
    assert registry.mapping_text("hello") == "version: 1"
    assert source.check().message == "やあ"
    assert list(source.read(["words"], {})) == [
        Record("words", "1", {"word": "やあ"}),
        Checkpoint("words", {}),
    ]


def test_by_default_the_folder_is_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAIFUKU_CONNECTORS", raising=False)
    monkeypatch.setenv("DAIFUKU_HOME", str(tmp_path))
    before = set(registry.names())
    (tmp_path / "connectors" / "mine").mkdir(parents=True)
    (tmp_path / "connectors" / "__pycache__").mkdir()
    assert set(registry.names()) - before == {"mine"}


def test_settings_are_checked_as_those_of_built_in_connectors_are(install: Install) -> None:
    install("hello", GOOD)
    with pytest.raises(ConfigError, match="hello source do not fit: greeting: Field required"):
        registry.connect("hello", {})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "neither connector.py nor manifest.yaml"),
        ({"connector.py": "SPEC = 1"}, "connector.py offers no SPEC"),
        ({"connector.py": "import nothing_like_it"}, "connector.py:1: ModuleNotFoundError"),
        ({"connector.py": "x = 1\nprint(('a'"}, "connector.py:2: SyntaxError"),
        (
            {**GOOD, "connector.py": PYTHON.replace('"hello"', '"hi"')},
            "connector.py: SPEC names the connector hi",
        ),
        (
            {**GOOD, "connector.py": PYTHON.replace("connect = Hello", "")},
            "offers no function connect",
        ),
        ({**GOOD, "words.py": "\n\nTITLE = 1 / 0"}, "words.py:3: ZeroDivisionError"),
        ({"manifest.yaml": MANIFEST}, "connector.yaml is missing"),
        (low_code(**{"connector.yaml": "kind: crm"}), "title: Field required; kind: Input should"),
        (low_code(**{"connector.yaml": ": ["}), "connector.yaml is no valid YAML"),
        (
            low_code(**{"connector.yaml": ABOUT.replace("people", "persons")}),
            "the manifest has no stream persons",
        ),
        (low_code(**{"manifest.yaml": "a: ["}), "line 1: this is no valid YAML"),
        (low_code(**{"manifest.yaml": "version: 1"}), "has no list of streams"),
        (low_code(**{"manifest.yaml": "streams: ['#/no/such']"}), "refers to #/no/such"),
        (
            low_code(**{"manifest.yaml": "streams: ['#/streams/x']\nx: 1".replace("/x'", "'")}),
            "stream number 1 has no name",
        ),
    ],
)
def test_a_folder_that_will_not_do_is_named_with_the_file_at_fault(
    install: Install, files: Mapping[str, str], said: str
) -> None:
    folder = install("hello", files)
    with pytest.raises(UserError) as caught:
        registry.spec("hello")
    assert said in str(caught.value)
    assert str(folder) in str(caught.value)


def test_a_broken_folder_takes_no_other_connector_down(install: Install) -> None:
    install("broken", {})
    install("Bad-Name", GOOD)
    install("hello", GOOD)
    specs, faults = registry.usable()
    assert {"hello", "file", "imap"} <= {spec.name for spec in specs}
    assert [str(fault).split(" cannot")[0].split(" is no")[0][-8:] for fault in faults] == [
        "Bad-Name",
        "n/broken",
    ]


def test_the_doctor_names_it(install: Install, cli: Cli) -> None:
    folder = install("broken", {})
    ended = cli("doctor", "--quiet")
    assert ended.status == 1
    assert f"connectors: {folder} is no connector" in ended.out


def test_a_mended_folder_is_used_without_a_restart(install: Install) -> None:
    folder = install("hello", {"connector.py": "SPEC = ", "words.py": GOOD["words.py"]})
    with pytest.raises(UserError, match="SyntaxError"):
        registry.spec("hello")
    (folder / "connector.py").write_text(PYTHON)
    assert registry.spec("hello").name == "hello"


def test_a_built_in_connector_wins_a_clash_of_names(install: Install) -> None:
    install("file", GOOD)
    assert registry.spec("file").title["en"].startswith("Files")
    assert "connector: file" in registry.mapping_text("file")
    _, (fault,) = registry.usable()
    assert "file is not used: there is a built-in connector named file" in str(fault)


def test_missing_mappings_and_pages_are_named(install: Install) -> None:
    folder = install("hello", {"connector.py": PYTHON, "words.py": GOOD["words.py"]})
    with pytest.raises(NotFoundError, match=f"{folder} lacks mapping.yaml"):
        registry.mapping_text("hello")
    with pytest.raises(NotFoundError, match=f"{folder} lacks README.md"):
        registry.setup_page("hello", "ja")
    (folder / "README.md").write_text("# Hello")
    assert registry.setup_page("hello", "ja") == "# Hello"


# Low code


def test_a_folder_with_a_manifest_is_a_connector(install: Install) -> None:
    install("crm", low_code())
    spec = registry.spec("crm")
    people, notes = spec.streams
    assert spec.title["ja"] == "顧客管理"
    assert (people.name, people.primary_key, people.deletes) == (
        "people",
        "id",
        DeletePolicy.FULL_PASS,
    )
    assert (notes.name, notes.primary_key, notes.deletes) == ("notes", CONTENT, DeletePolicy.NONE)


def test_its_settings_are_those_of_the_manifest(install: Install) -> None:
    install("crm", low_code())
    model = registry.spec("crm").config
    held = model.model_validate({"url": "https://crm.example.com", "api_key": "planted-key"})
    assert held.model_dump()["copy"] == 3
    assert list(secrets(held)) == ["planted-key"]
    assert "planted-key" not in repr(held)
    with pytest.raises(ConfigError, match=r"api_key: Field required; colour: Extra inputs"):
        registry.connect("crm", {"url": "https://crm.example.com", "colour": 1})


def test_its_records_are_read(install: Install) -> None:
    install("crm", low_code())
    with Crm() as crm:
        source = registry.connect(
            "crm", {"url": crm.url, "api_key": "planted-key", "allow_private": True}
        )
        assert source.check().ok
        found = read_all(source, ["people", "notes"])
    assert found["people"].ids == ["1", "2"]
    assert len({len(id_) for id_ in found["notes"].ids}) == 1
    assert len(set(found["notes"].ids)) == 2
