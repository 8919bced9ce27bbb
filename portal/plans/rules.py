"""Rules about plans: when one may begin, whose part is missing, what changed between editions."""
