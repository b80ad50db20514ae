"""The schema's history, one revision a file. They travel in the wheel; see `upgrade`."""
