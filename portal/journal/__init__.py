"""The append-only, hash-chained record of every change and every look.

A service verb says `note(actor, verb, record)`; the unit of work calls `settle` before it commits.
Nothing here decides who may do what, and no other package writes to the journal’s tables.
"""
