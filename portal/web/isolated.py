"""Words that somebody wrote, within a sentence or a choice of ours."""

from markupsafe import Markup


def isolated(words: object) -> Markup:
    """The words, escaped and on their own: what is written from right to left stays within them."""
    return Markup("<bdi>{}</bdi>").format(words)
