"""The case: who is involved and how, who may see it, and what one step must know of another.

Decisions, due actions, accounts, incidents and the evidence hold live here because several steps
read or write them. The steps themselves are packages of their own above this one.
"""
