"""What a member of staff was told or noticed: recording it, and picking it up.

A disclosure is kept as it was written. What the case makes of it (people, accounts, incidents)
belongs to `cases`.
"""
