"""Rules that hold everywhere, whatever the feature."""
