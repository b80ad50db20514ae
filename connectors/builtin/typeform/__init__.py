"""Customers from Typeform: a response is an inquiry, and who wrote it a person."""
