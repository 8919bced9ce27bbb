"""What a browser calls itself, brought down to two families: “Chrome on Windows”.

The raw text is never kept: its many figures would tell one computer from another, and nobody could
read them (security notes, T6: a change of family asks again who it is).
"""

ANOTHER = "Another browser"

# In this order: most browsers also name those from which they descend.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Chromium", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("CrOS", "ChromeOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def label_of(user_agent: str | None) -> str:
    """The families of a browser and its system; “Another browser” for what names neither."""
    text = user_agent or ""
    browser = next((name for sign, name in _BROWSERS if sign in text), "")
    system = next((name for sign, name in _SYSTEMS if sign in text), "")
    if not browser:
        return f"{ANOTHER} on {system}" if system else ANOTHER
    return f"{browser} on {system}" if system else browser
