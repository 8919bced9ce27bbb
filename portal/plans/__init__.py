"""The moving forward plan: made together, in three voices, reviewed as versions."""
