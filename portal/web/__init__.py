"""What every page needs and no feature owns.

Access declarations, the unit of work, form sheets, headers, error pages, form fields and the Jinja
set-up. Knows signed-in people only as holders of a sign-in; roles and schools belong to `staff`.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Guard, tokens against forged requests, and the addresses that belong to no feature."""
    from flask_wtf.csrf import CSRFProtect

    from portal.web import access, views

    CSRFProtect(app)
    app.before_request(access.guard)
    app.register_blueprint(views.bp)
