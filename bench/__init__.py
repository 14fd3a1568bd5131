"""Measurements, each one command. Run them on a machine that does nothing else."""
