"""Journeys through the portal in a real browser, with scripts on and the content policy on."""
