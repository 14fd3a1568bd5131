"""Moderation: what was reported, who looked, what was decided."""
