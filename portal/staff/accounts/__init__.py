"""How people come to an account and to their roles, change it, and leave."""
