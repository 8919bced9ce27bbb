"""What a browser calls itself, brought down to two families."""

import pytest

from portal.staff.sign_ins import device_label
from tests.staff.at_the_door import IPHONE, WINDOWS


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (WINDOWS, "Chrome on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.6; rv:140.0) Firefox/140.0", "Firefox on Mac"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0", "Chrome on Linux"),
        ("curl/8.5.0", "Another browser"),
        ("<script>alert(1)</script>" * 40, "Another browser"),
        ("", "Another browser"),
        (None, "Another browser"),
    ],
)
def test_a_browser_is_named_by_its_families_only(agent, label):
    assert device_label.label_of(agent) == label
