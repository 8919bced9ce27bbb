"""The “always refer to police” checklist, the decision, and the young person’s view of it."""
