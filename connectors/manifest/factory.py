"""Builds a manifest's components, each hardened one in the place of the CDK's own."""

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import fields
from typing import Any

from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.declarative.auth.oauth import DeclarativeOauth2Authenticator
from airbyte_cdk.sources.declarative.decoders import Decoder
from airbyte_cdk.sources.declarative.extractors import RecordSelector
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    DeclarativeStream as DeclarativeStreamModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    DpathExtractor as DpathExtractorModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    HttpRequester as HttpRequesterModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    InlineSchemaLoader as InlineSchemaLoaderModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    JsonDecoder as JsonDecoderModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    OAuthAuthenticator as OAuthAuthenticatorModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    ParentStreamConfig as ParentStreamConfigModel,
)
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    SimpleRetriever as SimpleRetrieverModel,
)
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import (
    ModelToComponentFactory,
)
from airbyte_cdk.sources.declarative.requesters import HttpRequester
from airbyte_cdk.sources.declarative.retrievers import SimpleRetriever
from airbyte_cdk.sources.streams.concurrent.abstract_stream import AbstractStream
from airbyte_cdk.sources.streams.concurrent.cursor import FinalStateCursor
from airbyte_cdk.sources.streams.http import HttpClient
from airbyte_cdk.sources.types import Config

from connectors.manifest.answers import CappedBackoff, ClassifyingHandler, Verdict
from connectors.manifest.bounds import Bounds
from connectors.manifest.decoding import DirectSelector, KeyExtractor, StrictJsonDecoder
from connectors.manifest.messages import SideMessages
from connectors.manifest.oauth import GuardedOauth, GuardedRefresh, RotatingOauth
from connectors.manifest.paging import GuardedRetriever
from connectors.manifest.redaction import Redactor
from connectors.manifest.transport import GuardedSession
from connectors.manifest.windows import SlidingWindow
from daifuku.errors import ConfigError

NO_CURSOR_STATE = "__ab_no_cursor_state_message"
OWN_COMPONENTS: Mapping[str, type[SlidingWindow]] = {"SlidingWindow": SlidingWindow}
"""What a manifest may name as the class of a custom component."""

HTTP_LOGGER = logging.getLogger("connectors.manifest.http")


class HardenedFactory(ModelToComponentFactory):
    """The CDK's factory with a strict decoder, guarded transport and no cache or custom code.

    The cache is off because the CDK shares it between all sources of a process and ignores the
    Authorization header. Parent streams are built by the same factory. Every session it opens is
    put on `sessions`, for the caller to close.
    """

    def __init__(
        self,
        *,
        bounds: Bounds,
        redact: Redactor,
        messages: SideMessages,
        states: ConnectorStateManager,
        sessions: ExitStack,
    ) -> None:
        super().__init__(
            disable_cache=True,
            message_repository=messages,
            connector_state_manager=states,
            custom_components_trusted=False,
        )
        self._bounds = bounds
        self._redact = redact
        self._messages = messages
        self._sessions = sessions

    def create_custom_component(self, model: Any, *_: Any, **__: Any) -> Any:
        """One of our own components; any other class name could import and call anything."""
        own = OWN_COMPONENTS.get(model.class_name)
        if own is not None:
            names = {field.name for field in fields(own)}
            return own(**{name: value for name, value in model.dict().items() if name in names})
        raise ConfigError(
            f"The manifest names the class {model.class_name}, and classes are not loaded.",
            hint="Describe it with declarative components only.",
        )

    @staticmethod
    def create_json_decoder(*_: Any, **__: Any) -> Decoder:
        return StrictJsonDecoder(parameters={})

    def create_dpath_extractor(
        self,
        model: DpathExtractorModel,
        config: Config,
        decoder: Decoder | None = None,
        **kwargs: Any,
    ) -> KeyExtractor:
        made = super().create_dpath_extractor(model, config, decoder, **kwargs)
        return KeyExtractor(
            field_path=made.field_path,
            config=config,
            parameters=model.parameters or {},
            decoder=made.decoder if decoder else StrictJsonDecoder(parameters={}),
            record_expander=made.record_expander,
        )

    def create_record_selector(self, *args: Any, **kwargs: Any) -> RecordSelector:
        made = super().create_record_selector(*args, **kwargs)
        if type(made) is RecordSelector:
            made.__class__ = DirectSelector
        selector: RecordSelector = made
        return selector

    def create_default_stream(
        self, model: DeclarativeStreamModel, config: Config, *args: Any, **kwargs: Any
    ) -> AbstractStream:
        """As the CDK does, without a schema where the manifest has none.

        The CDK would look for one in the names of all loaded modules, which fails where another
        thread imports one at that moment.
        """
        if model.schema_loader is None:
            empty = InlineSchemaLoaderModel(type="InlineSchemaLoader", schema={})
            model = model.copy(update={"schema_loader": empty})
        return super().create_default_stream(model, config, *args, **kwargs)

    def create_simple_retriever(
        self, model: SimpleRetrieverModel, *args: Any, **kwargs: Any
    ) -> SimpleRetriever:
        """As the CDK does, with the strict decoder as the default and circling pages noticed.

        A lazy retriever feeds itself made-up responses, which it may leave empty.
        """
        lazy = bool(getattr(model.partition_router, "lazy_read_pointer", None))
        if model.decoder is None and not lazy:
            model = model.copy(update={"decoder": JsonDecoderModel(type="JsonDecoder")})
        retriever = super().create_simple_retriever(model, *args, **kwargs)
        if type(retriever) is SimpleRetriever:
            retriever.__class__ = GuardedRetriever
        return retriever

    def create_http_requester(
        self, model: HttpRequesterModel, config: Config, *args: Any, **kwargs: Any
    ) -> HttpRequester:
        """As the CDK does, over the guarded session and with failures classed.

        `disable_retries` stays off: `CappedBackoff` limits tries and waits.
        """
        requester = super().create_http_requester(model, config, *args, **kwargs)
        authenticator = requester.get_authenticator()
        verdict = Verdict(self._redact, signs_in=isinstance(authenticator, GuardedRefresh))
        handler: Any = requester.error_handler
        strategies = getattr(handler, "backoff_strategies", None) or []
        requester._http_client = HttpClient(
            name=requester.name,
            logger=HTTP_LOGGER,
            error_handler=ClassifyingHandler(handler, verdict),
            session=self._sessions.enter_context(GuardedSession(self._bounds)),
            authenticator=authenticator,
            backoff_strategy=[CappedBackoff(strategies, self._bounds, verdict)],
            message_repository=self._messages,
        )
        return requester

    def create_oauth_authenticator(
        self, model: OAuthAuthenticatorModel, config: Config, **kwargs: Any
    ) -> DeclarativeOauth2Authenticator:
        """As the CDK does, with the token refreshed within the bounds and kept by the hub."""
        authenticator: Any = super().create_oauth_authenticator(model, config, **kwargs)
        rotates = model.refresh_token_updater is not None
        authenticator.__class__ = RotatingOauth if rotates else GuardedOauth
        authenticator.bounds = self._bounds
        authenticator.messages = self._messages
        made: DeclarativeOauth2Authenticator = authenticator
        return made

    def create_parent_stream_config_with_substream_wrapper(
        self, model: ParentStreamConfigModel, config: Config, *, stream_name: str, **kwargs: Any
    ) -> Any:
        """As the CDK does, which would build parents with its own factory."""
        state = {
            key: value
            for key, value in self._connector_state_manager.get_stream_state(
                stream_name, None
            ).items()
            if key != NO_CURSOR_STATE
        }
        inherited = state if model.incremental_dependency and state else None
        factory = HardenedFactory(
            bounds=self._bounds,
            redact=self._redact,
            messages=self._messages,
            states=self._instantiate_parent_stream_state_manager(state, config, model, inherited),
            sessions=self._sessions,
        )
        return factory.create_parent_stream_config(
            model=model, config=config, stream_name=stream_name, **kwargs
        )


def is_incremental(cursor: Any) -> bool:
    """Whether a stream's cursor remembers anything from one reading to the next."""
    return not isinstance(cursor, FinalStateCursor)
