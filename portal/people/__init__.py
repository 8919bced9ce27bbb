"""Everyone the portal knows who does not sign in for it: pupils, carers, people from elsewhere.

One table with a kind. What a person did or suffered is not here: their part belongs to a case.
"""
