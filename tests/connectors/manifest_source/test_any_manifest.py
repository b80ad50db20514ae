"""A manifest is a source: whatever it asks for is its settings, whatever it describes is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import ConfigUpdate, Connector, DeletePolicy, Record, Rotating
from connectors.settings import secrets
from daifuku.errors import ConfigError
from sync.suggest import suggested_mapping
from tests.connectors.manifest_source.manifests import manifest, pages, signing_in_by, stream
from tests.connectors.manifest_source.office import FIRST_TOKEN, PAGE, PEOPLE, SECRET, Office
from tests.contract.reading import read_all

EVERYBODY = {str(number) for number in range(PEOPLE)}
SECRETLY = {"kind": "secret", "client_secret": SECRET}
BY_OAUTH = {"kind": "oauth", "client_secret": SECRET, "refresh_token": FIRST_TOKEN}


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as running:
        yield running


def settings(office: Office, text: str, **more: Any) -> dict[str, Any]:
    own = {"url": office.url, "credentials": more.pop("credentials", SECRETLY)}
    return {"manifest": text, "config": {**own, **more}, "allow_private": True}


def source(office: Office, text: str, **more: Any) -> Connector:
    return registry.connect("manifest", settings(office, text, **more))


PAGED = {
    "offset": pages("OffsetIncrement", "skip", page_size=PAGE),
    "number": pages("PageIncrement", "page", page_size=PAGE, start_from_page=1),
    "cursor": pages("CursorPagination", "after", cursor_value="{{ response['next'] }}"),
    "link": {
        "paginator": {
            "type": "DefaultPaginator",
            "page_token_option": {"type": "RequestPath"},
            "pagination_strategy": {
                "type": "CursorPagination",
                "cursor_value": "{{ response.get('next') }}",
                "stop_condition": "{{ not response.get('next') }}",
            },
        }
    },
}


@pytest.mark.parametrize("way", PAGED)
def test_every_way_of_pages_is_read_to_its_end(office: Office, way: str) -> None:
    text = manifest(stream("people", way, **PAGED[way]))
    reading = read_all(source(office, text), ["people"])["people"]
    assert set(reading.ids) == EVERYBODY


def test_changes_are_read_in_windows_and_resumed(office: Office) -> None:
    def given(field: str) -> dict[str, str]:
        return {"type": "RequestOption", "inject_into": "request_parameter", "field_name": field}

    cursor = {
        "type": "DatetimeBasedCursor",
        "cursor_field": "at",
        "datetime_format": "%Y-%m-%d",
        "cursor_datetime_formats": ["%Y-%m-%dT%H:%M:%SZ"],
        "start_datetime": {
            "type": "MinMaxDatetime",
            "datetime": "{{ config['start_date'] }}",
            "datetime_format": "%Y-%m-%d",
        },
        "end_datetime": "2026-01-31",
        "step": "P7D",
        "cursor_granularity": "P1D",
        "start_time_option": given("since"),
        "end_time_option": given("until"),
    }
    text = manifest(stream("people", "windows", over_incremental_sync=cursor))
    first = read_all(source(office, text), ["people"])["people"]
    again = read_all(source(office, text), ["people"], {"people": first.state})["people"]
    late = read_all(source(office, text, start_date="2026-01-20"), ["people"])["people"]
    assert set(first.ids) == EVERYBODY
    assert set(again.ids) <= {"24"}
    assert set(late.ids) == {str(number) for number in range(19, PEOPLE)}
    assert registry.connect("manifest", settings(office, text)).spec.streams[0].cursor == "at"


def test_children_are_read_for_each_parent(office: Office) -> None:
    teams = {**stream("teams", "teams"), "primary_key": "id"}
    router = {
        "type": "SubstreamPartitionRouter",
        "parent_stream_configs": [
            {
                "type": "ParentStreamConfig",
                "parent_key": "id",
                "partition_field": "team",
                "stream": teams,
            }
        ],
    }
    added = {
        "type": "AddFields",
        "fields": [{"path": ["team"], "value": "{{ stream_partition['team'] }}"}],
    }
    members = {
        **stream(
            "members",
            "teams/{{ stream_partition['team'] }}/members",
            partition_router=router,
            over_transformations=[added],
        ),
        "primary_key": ["team", "number"],
    }
    reading = read_all(source(office, manifest(teams, members)), ["members"])["members"]
    assert reading.ids == ["a|1", "a|2", "b|1", "b|2"]


def test_records_are_filtered_and_transformed(office: Office) -> None:
    changes = [
        {"type": "RemoveFields", "field_pointers": [["Note"]]},
        {"type": "KeysToSnakeCase"},
        {"type": "FlattenFields"},
    ]
    selector = {
        "$ref": "#/definitions/linked/selector",
        "record_filter": {"type": "RecordFilter", "condition": "{{ not record['dead'] }}"},
    }
    found = stream("people", "offset", record_selector=selector, over_transformations=changes)
    text = manifest({**found, "primary_key": "id"})
    records = read_all(source(office, text), ["people"])["people"].records
    assert len(records) == PAGE - 1
    assert records[0].data == {
        "id": 0,
        "family": "山田",
        "given": "太郎0",
        "at": "2026-01-01T00:00:00Z",
        "dead": False,
    }


# Signing in


def test_client_credentials_get_a_token(office: Office) -> None:
    text = manifest(stream("people", "offset", **signing_in_by("granted")))
    assert source(office, text).check().ok


def test_a_rotated_token_is_kept_in_the_settings_and_works_the_next_time(office: Office) -> None:
    text = manifest(stream("people", "offset", **signing_in_by("refreshed")))
    config = settings(office, text, credentials=BY_OAUTH)
    messages = list(registry.connect("manifest", config).read(["people"], {}))
    (update,) = [message for message in messages if isinstance(message, ConfigUpdate)]
    kept = update.fields["config"]
    assert messages.index(update) < next(i for i, m in enumerate(messages) if isinstance(m, Record))
    assert kept["credentials"]["refresh_token"] == "planted-refresh-token-1"
    assert kept["url"] == office.url

    held = registry.spec("manifest").config.model_validate({**config, **update.fields})
    assert {"planted-refresh-token-1", "planted-token-1"} <= set(secrets(held))
    again = registry.connect("manifest", {**config, **update.fields})
    assert len(read_all(again, ["people"])["people"].ids) == PAGE


@pytest.mark.parametrize(
    ("by", "at_top"), [("refreshed", {}), ("flat", {"refresh_token": FIRST_TOKEN})]
)
def test_each_stream_signs_in_with_the_newest_token(
    office: Office, by: str, at_top: dict[str, str]
) -> None:
    signed = signing_in_by(by)
    text = manifest(stream("people", "offset", **signed), stream("again", "offset", **signed))
    found = read_all(source(office, text, credentials=BY_OAUTH, **at_top), ["people", "again"])
    assert not [one for reading in found.values() for one in reading.failures]


def test_a_token_rotated_by_a_check_is_handed_over(office: Office) -> None:
    text = manifest(stream("people", "offset", **signing_in_by("refreshed")))
    source = registry.connect("manifest", settings(office, text, credentials=BY_OAUTH))
    kept: dict[str, Any] = {}
    assert isinstance(source, Rotating)
    source.keep_with(kept.update)
    assert source.check().ok
    assert kept["config"]["credentials"]["refresh_token"] == "planted-refresh-token-1"


def test_a_token_rotated_before_reading_is_told_as_it_begins(office: Office) -> None:
    text = manifest(stream("people", "offset", **signing_in_by("refreshed")))
    source = registry.connect("manifest", settings(office, text, credentials=BY_OAUTH))
    assert source.check().ok
    messages = list(source.read(["people"], {}))
    assert isinstance(messages[0], ConfigUpdate)
    assert len([message for message in messages if isinstance(message, Record)]) == PAGE


# Its settings


def test_settings_are_those_the_manifest_names() -> None:
    text = manifest(stream("people", "offset"))
    with pytest.raises(ConfigError) as caught:
        registry.connect("manifest", {"manifest": text, "config": {"url": "ftp://x"}})
    assert "url: Value error, it must match ^https?://" in str(caught.value)
    assert "credentials: Field required" in str(caught.value)


def test_secrets_are_those_the_manifest_marks_and_what_it_does_not_name(office: Office) -> None:
    config = settings(office, manifest(stream("people", "offset")), extra={"pin": "planted-pin"})
    held = registry.spec("manifest").config.model_validate(config)
    assert set(secrets(held)) == {SECRET, "planted-pin"}
    assert SECRET not in repr(held)


def test_a_manifest_may_be_a_file(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(manifest(stream("people", "offset")), encoding="utf-8")
    assert source(office, str(path)).check().ok


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/no/such/manifest.yaml", "cannot be read"),
        ("streams: [\nx", "line 2: this is no valid YAML"),
        ("version: 1\ntype: x", "has no list of streams"),
        ("streams: []\nversion: 1", "has no stream"),
        ("streams:\n- {name: a}\n- {name: a}", "two streams named a"),
        ("a: {$ref: '#/b'}\nb: {$ref: '#/a'}\nstreams: ['#/a']", "leads back to itself"),
        ("streams: [{name: a}]\nspec: {connection_specification: '#/x'}\n", "refers to #/x"),
    ],
)
def test_what_is_no_manifest_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        registry.connect("manifest", {"manifest": text})


def test_a_manifest_cannot_name_code(office: Office) -> None:
    selector = {
        "type": "RecordSelector",
        "extractor": {"type": "CustomRecordExtractor", "class_name": "subprocess.Popen"},
    }
    text = manifest(stream("people", "offset", record_selector=selector))
    result = source(office, text).check()
    assert not result.ok
    assert "names the class subprocess.Popen, and classes are not loaded" in result.message


# Its streams


def test_streams_say_what_is_known_of_them(office: Office) -> None:
    keyless = {**stream("log", "offset"), "primary_key": None}
    config = settings(office, manifest(stream("people", "offset"), keyless))
    spec = registry.connect("manifest", {**config, "full_pass": ["people"]}).spec
    people, log = spec.streams
    assert (people.primary_key, people.deletes) == ("Id", DeletePolicy.FULL_PASS)
    assert (log.primary_key, log.deletes) == ("@content", DeletePolicy.NONE)
    with pytest.raises(ConfigError, match="no stream persons"):
        registry.connect("manifest", {**config, "full_pass": ["persons"]})


def test_a_mapping_is_suggested_for_them(office: Office) -> None:
    members = {**stream("members", "teams/a/members"), "primary_key": "number"}
    text = suggested_mapping("manifest", settings(office, manifest(members)))
    assert "members:" in text
    assert "name: name" in text
    assert "emails:" in text
