"""Customers from a mailbox: senders and recipients are people, mails are interactions."""
