"""What the project exists for: conversations, messages, cursors, and who may write to whom."""
