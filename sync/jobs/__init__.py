"""Background work. The database is the queue of record; a broker only carries job ids."""
