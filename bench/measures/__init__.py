"""One file for each thing that is measured. ``run(lab, report)`` measures and reports it."""
