"""Stub: being written."""

from typing import Any

KINDS: dict[str, Any] = {}
