"""Rules about families: which household, what is due, what a print must leave out."""
