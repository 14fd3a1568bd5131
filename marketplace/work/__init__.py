"""What can wait."""
