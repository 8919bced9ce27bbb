"""Who is at a screen, since when and in which browser, and how wrong tries are slowed down.

What is given besides the password is in `factors`; whose account it is, in `accounts`.
"""
