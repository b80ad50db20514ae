"""Customers from Google Forms: a response is an inquiry, and who wrote it a person."""
