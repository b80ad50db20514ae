"""Runs the revisions on the connection `upgrade` passes in, inside its transaction."""

from alembic import context

from daifuku.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
