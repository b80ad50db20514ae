"""The only place with SQL: tables, migrations, the engine and the repositories.

SQLite is the default and PostgreSQL the way to scale; both hold the same schema.
"""
