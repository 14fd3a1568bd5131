"""What who runs the site sees and sets."""
