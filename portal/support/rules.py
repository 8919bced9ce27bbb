"""Rules about support: reviews, and when a restorative meeting may be offered."""
