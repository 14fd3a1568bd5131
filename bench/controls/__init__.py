"""What the application is measured against: as little as possible, and itself with a part out."""
