"""Hand-over mode: the screen in a student’s hands reaches one form and nothing else."""
