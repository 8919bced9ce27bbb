"""Risk assessment of the behaviour, and the responses chosen."""
