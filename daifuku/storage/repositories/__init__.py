"""All SQL, by subject: functions that take a transaction and return typed rows."""
