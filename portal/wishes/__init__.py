"""Who do you want to know? What a young person wishes of those who know, and its use."""
