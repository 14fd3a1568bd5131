"""The pages of messaging, and the poll."""
