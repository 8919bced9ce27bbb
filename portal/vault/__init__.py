"""Keys and sealed values: the only code of the portal that encrypts.

What says something about a person is sealed with AES-256-GCM under a data key; data keys are
wrapped by the key above them (case → school → installation). The installation's key is a file that
lives outside the database. Nothing here knows what is sealed or why.
"""
