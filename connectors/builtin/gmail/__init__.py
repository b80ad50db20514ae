"""Customers from a Gmail mailbox: senders and recipients are people, mails are interactions."""
