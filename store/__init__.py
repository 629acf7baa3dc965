"""Postgres: the schema, its migrations, and all SQL that no pool's repository holds."""
