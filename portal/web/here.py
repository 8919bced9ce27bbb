"""The address of the request that is being answered."""

from flask import request


def own_address() -> str:
    """Path and query: what follows the path says whom or what a form is about."""
    query = request.query_string.decode("ascii", "replace")
    return f"{request.path}?{query}" if query else request.path
