"""What happens when a part is missing."""
