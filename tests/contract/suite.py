"""What every connector must do. Inherit `ConnectorContract` in a test module of the connector.

class TestErpNext(ConnectorContract):
    name = "erpnext"

    @pytest.fixture
    def working(self, erp: ErpNextSimulator) -> dict[str, Any]:
        return {"base_url": erp.url, "api_key": "key", "api_secret": "planted-secret"}
    ...
"""

import gc
import logging
import threading
from collections.abc import Iterator, Mapping, Set
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr, ValidationError

from connectors import registry
from connectors.protocol import (
    Checkpoint,
    Connector,
    Record,
    Status,
    StreamStatus,
)
from daifuku.errors import AuthExpiredError, ConfigError, SourceError, TransientError
from tests.contract.mapped import rejections
from tests.contract.reading import StreamReading, causes, is_json, leaks, read_all, secrets_of

CHECKPOINT_RECORDS = 1_000
RESUMES = 8
SECRET_WORDS = ("secret", "password", "token", "api_key", "credential")
ABOUT_SECRETS = ("_url", "_at", "_file")
"""Endings of settings that say something about a secret: where it is got, when it expires."""
KINDS = {"email", "form", "social", "erp", "scm", "file", "sql", "any"}


class ConnectorContract:
    """Give the hooks; the tests are inherited."""

    name: ClassVar[str]
    """The connector's name in the registry."""
    overlap: ClassVar[int] = 0
    """How many records of a stream may come again when it resumes from its final state."""
    server_threads: ClassVar[tuple[str, ...]] = ("simulator", "asyncio", "pymap")
    """Prefixes of names of threads that belong to the test's server, not to the connector."""

    @pytest.fixture
    def working(self) -> Mapping[str, Any]:
        """A config that works, as a user would type it."""
        raise NotImplementedError

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A config that the source refuses (wrong credentials); None if it has none to be wrong."""
        raise NotImplementedError

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A config that leads nowhere; None if the connector reaches for nothing."""
        raise NotImplementedError

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        """Per stream to be read, the ids that a first reading gives, tombstones not counted."""
        raise NotImplementedError

    def connect(self, config: Mapping[str, Any]) -> Connector:
        return registry.connect(self.name, config)

    @pytest.fixture
    def whole(
        self, working: Mapping[str, Any], expected: Mapping[str, Set[str]]
    ) -> dict[str, StreamReading]:
        """A first reading of every expected stream."""
        return read_all(self.connect(working), list(expected))

    def stream(self, name: str) -> Any:
        return next(s for s in registry.spec(self.name).streams if s.name == name)

    # The spec

    def test_the_spec_names_the_connector_in_both_languages(self) -> None:
        spec = registry.spec(self.name)
        assert spec.name == self.name
        assert spec.kind in KINDS
        assert spec.title["en"].strip()
        assert spec.title["ja"].strip()
        names = [stream.name for stream in spec.streams]
        assert names
        assert len(set(names)) == len(names)
        for stream in spec.streams:
            assert {*stream.depends_on, *stream.announces} <= set(names)

    def test_secret_settings_are_secret_strings(self) -> None:
        for name, field in registry.spec(self.name).config.model_fields.items():
            named = any(word in name.lower() for word in SECRET_WORDS)
            if named and not name.endswith(ABOUT_SECRETS):
                assert "SecretStr" in str(field.annotation), f"{name} is not a {SecretStr.__name__}"

    def test_settings_that_do_not_fit_are_named_without_their_value(
        self, working: Mapping[str, Any]
    ) -> None:
        with pytest.raises(ConfigError) as caught:
            self.connect({**working, "no_such_setting_9": "planted-value-9"})
        assert "no_such_setting_9" in str(caught.value)
        assert "planted-value-9" not in str(caught.value)

    # Reaching the source

    def test_check_says_ok(self, working: Mapping[str, Any]) -> None:
        result = self.connect(working).check()
        assert result.ok, result.message

    def test_a_refused_config_is_said_and_told_apart(
        self, broken: Mapping[str, Any] | None, expected: Mapping[str, Set[str]]
    ) -> None:
        if broken is None:
            pytest.skip("nothing to refuse")
        connector = self.connect(broken)
        result = connector.check()
        assert not result.ok
        assert result.message.strip()
        self.assert_all_fail(connector, expected, (ConfigError, AuthExpiredError))

    def test_an_unreachable_source_is_said_and_told_apart(
        self, unreachable: Mapping[str, Any] | None, expected: Mapping[str, Set[str]]
    ) -> None:
        if unreachable is None:
            pytest.skip("nothing to reach")
        connector = self.connect(unreachable)
        result = connector.check()
        assert not result.ok
        assert result.message.strip()
        self.assert_all_fail(connector, expected, (ConfigError, TransientError))

    def assert_all_fail(
        self,
        connector: Connector,
        expected: Mapping[str, Set[str]],
        kinds: tuple[type[SourceError], ...],
    ) -> None:
        for reading in read_all(connector, list(expected)).values():
            assert [type(f.error) for f in reading.failures if isinstance(f.error, kinds)]
            assert reading.statuses[-1] is StreamStatus.INCOMPLETE
            assert not reading.records

    def test_discovery_finds_the_streams_of_the_spec(
        self, working: Mapping[str, Any], expected: Mapping[str, Set[str]]
    ) -> None:
        found = {info.spec.name: info for info in self.connect(working).discover()}
        assert set(expected) <= set(found)
        declared = {stream.name: stream for stream in registry.spec(self.name).streams}
        for name in set(found) & set(declared):
            assert found[name].spec == declared[name]
            assert is_json(dict(found[name].properties))

    # Reading

    def test_a_first_reading_gives_every_record(
        self, whole: dict[str, StreamReading], expected: Mapping[str, Set[str]]
    ) -> None:
        for name, ids in expected.items():
            live = {r.external_id for r in whole[name].records if not r.deleted}
            assert live == set(ids), name

    def test_each_stream_starts_completes_and_ends_with_a_checkpoint(
        self, whole: dict[str, StreamReading]
    ) -> None:
        for reading in whole.values():
            assert reading.statuses == [StreamStatus.STARTED, StreamStatus.COMPLETE]
            assert isinstance(reading.messages[0], Status)
            assert isinstance(reading.messages[-1], Status)
            rest = [m for m in reading.messages[:-1] if isinstance(m, Record | Checkpoint)]
            assert isinstance(rest[-1], Checkpoint)

    def test_a_checkpoint_comes_at_least_every_thousand_records(
        self, whole: dict[str, StreamReading]
    ) -> None:
        for reading in whole.values():
            since = 0
            for message in reading.messages:
                if isinstance(message, Checkpoint):
                    since = 0
                since += isinstance(message, Record) and not message.deleted
                assert since <= CHECKPOINT_RECORDS

    def test_data_and_state_are_json(self, whole: dict[str, StreamReading]) -> None:
        for reading in whole.values():
            assert all(is_json(dict(record.data)) for record in reading.records)
            assert all(is_json(dict(checkpoint.state)) for checkpoint in reading.checkpoints)
            assert all(record.external_id for record in reading.records)

    def test_resuming_at_any_checkpoint_gives_the_rest(
        self,
        working: Mapping[str, Any],
        whole: dict[str, StreamReading],
        expected: Mapping[str, Set[str]],
    ) -> None:
        for name, reading in whole.items():
            points = reading.checkpoints
            for checkpoint in points[:: max(1, len(points) // RESUMES)]:
                state = {name: checkpoint.state}
                rest = read_all(self.connect(working), [name], state)[name]
                assert rest.statuses[-1] is StreamStatus.COMPLETE
                assert reading.before(checkpoint) | set(rest.ids) >= set(expected[name]), name

    def test_resuming_at_the_end_gives_nothing_new(
        self, working: Mapping[str, Any], whole: dict[str, StreamReading]
    ) -> None:
        for name, reading in whole.items():
            if self.stream(name).cursor is None:
                continue
            again = read_all(self.connect(working), [name], {name: reading.state})[name]
            assert again.statuses[-1] is StreamStatus.COMPLETE
            assert set(again.ids) <= set(reading.ids)
            assert len(set(again.ids)) <= self.overlap

    def test_an_unknown_stream_is_refused_before_anything_is_read(
        self, working: Mapping[str, Any], expected: Mapping[str, Set[str]]
    ) -> None:
        with pytest.raises(ConfigError, match="no_such_stream"):
            next(iter(self.connect(working).read([*expected, "no_such_stream"], {})))

    def test_an_abandoned_reading_leaves_no_thread(
        self, working: Mapping[str, Any], expected: Mapping[str, Set[str]]
    ) -> None:
        before = set(threading.enumerate())
        reading = iter(self.connect(working).read(list(expected), {}))
        next(message for message in reading if isinstance(message, Record))
        del reading
        gc.collect()
        left = [
            thread
            for thread in set(threading.enumerate()) - before
            if not thread.name.lower().startswith(self.server_threads)
        ]
        for thread in left:
            thread.join(timeout=2)
        assert not [thread for thread in left if thread.is_alive()]

    # Secrets

    @pytest.fixture
    def planted(self, working: Mapping[str, Any]) -> list[str]:
        """The secrets in the working config."""
        return list(secrets_of(registry.spec(self.name).config.model_validate(dict(working))))

    @pytest.fixture
    def configs(
        self,
        working: Mapping[str, Any],
        broken: Mapping[str, Any] | None,
        unreachable: Mapping[str, Any] | None,
    ) -> list[Mapping[str, Any]]:
        """The working, the refused and the unreachable config, where there are such."""
        return [config for config in (working, broken, unreachable) if config is not None]

    def test_secrets_never_appear(
        self,
        configs: list[Mapping[str, Any]],
        expected: Mapping[str, Set[str]],
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        config = registry.spec(self.name).config
        texts: list[object] = []
        planted: list[str] = []
        with caplog.at_level(logging.DEBUG):
            for settings in configs:
                planted += secrets_of(config.model_validate(dict(settings)))
                texts += self.everything_said(settings, expected)
        printed = capfd.readouterr()
        texts += [printed.out, printed.err, caplog.text, *(r.__dict__ for r in caplog.records)]
        shown = leaks(texts, planted)
        assert not shown, f"{len(shown)} of {len(planted)} secrets are shown"

    def everything_said(
        self, settings: Mapping[str, Any], expected: Mapping[str, Set[str]]
    ) -> Iterator[object]:
        connector = self.connect(settings)
        yield connector
        yield connector.check()
        try:
            yield from connector.discover()
        except SourceError as error:
            yield error
        for message in connector.read(list(expected), {}):
            yield message
            yield from causes(getattr(message, "error", None))

    def test_the_config_shows_no_secret(
        self, working: Mapping[str, Any], planted: list[str]
    ) -> None:
        config = registry.spec(self.name).config.model_validate(dict(working))
        assert not leaks([config, config.model_dump(), config.model_dump_json()], planted)

    def test_a_missing_setting_is_refused(self) -> None:
        config = registry.spec(self.name).config
        required = [name for name, field in config.model_fields.items() if field.is_required()]
        if not required:
            pytest.skip("every setting has a default")
        with pytest.raises(ValidationError):
            config.model_validate({})

    # Mapping

    def test_the_built_in_mapping_takes_every_record(self, whole: dict[str, StreamReading]) -> None:
        for name, reading in whole.items():
            live = [record for record in reading.records if not record.deleted]
            assert not rejections(self.name, name, live)
