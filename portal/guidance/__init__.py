"""Guidance as data: rule sets, lists of choices, the help directory and short texts."""
