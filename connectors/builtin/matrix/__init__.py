"""People and messages in the rooms of a Matrix account."""
