"""What goes with a message beside its text: pictures, and how they get there."""
