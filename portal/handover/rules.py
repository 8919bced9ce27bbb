"""Rules about hand-over: which step follows which, and when the answers are hidden."""
