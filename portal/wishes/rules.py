"""Rules about wishes: what changed between two visits."""
