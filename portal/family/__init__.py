"""Parents and carers: what must be respected, what they are told, what they said, and when next."""
