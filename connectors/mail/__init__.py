"""What every mail connector shares: reading a mail, whom it shows, and the records it becomes."""
