"""Customers from a Microsoft 365 or Outlook.com mailbox, by Microsoft Graph."""
