"""Messages as a tutorial writes them: the control for what the care is worth.

It is good of its kind: foreign keys are indexed, and inbox and conversation are limited to one
page.
"""
