"""What keeps things: the database, files, pictures."""
