"""What somebody shows besides the password: an app, passkeys, recovery codes, and their loss."""
