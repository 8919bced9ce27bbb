"""The documents the portal prints: text in, PDF out, with no knowledge of Flask or the database."""
