"""Devices: what was taken, every search, and a chain of custody that never changes."""
