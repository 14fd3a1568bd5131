"""What people write, and the sentences that refuse it."""
