"""People: who they are, how they sign in, and how a sign-in ends."""
