"""Poll, send and inbox as a tutorial writes them: the control for what the care is worth.

It is good of its kind: foreign keys are indexed, the inbox is limited to one page, and the poll
tells no unread totals, which would cost it another statement.
"""
