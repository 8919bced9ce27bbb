"""Staying beside young people: needs, offers, reviews, sanctions, meetings, court days."""
