"""Containing what is online: steps that are offered, what came of them, and protection."""
