"""The HTTP API: golden records by id and identifier, sources, runs, deliveries, health."""

from fastapi import Depends, FastAPI

import daifuku
from api.http import problems
from api.http.hub import Hub, refuse_nul, require_key
from api.http.keyring import KeyRing
from api.http.routes import (
    changes,
    decisions,
    deliveries,
    explain,
    forms,
    health,
    jobs,
    metrics,
    models,
    operations,
    pins,
    profiles,
    reviews,
    runs,
    sign_ins,
    sources,
)
from daifuku.secrets import SecretBox
from daifuku.settings import Settings
from daifuku.storage.engine import Store

DESCRIPTION = """
One golden record per real person or organisation, from every source that knows them.

Every answer outside 2xx is a problem (RFC 9457). A golden record's `version` is its ETag.
"""


def create_app(store: Store, settings: Settings, box: SecretBox) -> FastAPI:
    """The API over an open store. The caller closes the store."""
    app = FastAPI(
        title="Daifuku",
        version=daifuku.__version__,
        description=DESCRIPTION,
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.hub = Hub(store, settings, box, KeyRing(store))
    problems.install(app)
    app.include_router(health.router)
    app.include_router(metrics.router)
    for opened in (deliveries.router, forms.router, sign_ins.callback_router):
        app.include_router(opened, dependencies=[Depends(refuse_nul)])
    for guarded in (
        profiles.router,
        changes.router,
        explain.router,
        decisions.router,
        reviews.router,
        pins.router,
        models.router,
        sources.router,
        operations.router,
        sign_ins.router,
        runs.router,
        jobs.router,
    ):
        app.include_router(
            guarded,
            prefix="/v1",
            dependencies=[Depends(require_key), Depends(refuse_nul)],
            responses=problems.answers(400, 401, 422, 503),
        )
    return app
