"""Puts single sign-on into an application that has settings for it; others have no trace of it."""

from flask import Flask

from portal.staff.single_sign_on.settings import Settings


def init_app(app: Flask, settings: Settings | None) -> None:
    """Without settings there is no address and no button, and nothing of the extra is imported."""
    app.jinja_env.globals["single_sign_on"] = tuple(settings.providers.values()) if settings else ()
    if settings is None:
        return
    from portal.staff.single_sign_on import views as views_single_sign_on
    from portal.staff.single_sign_on.provider import Client
    from portal.staff.single_sign_on.service import SingleSignOn

    clients = {
        code: Client(one, settings.callback(one)) for code, one in settings.providers.items()
    }
    app.extensions["single_sign_on"] = SingleSignOn(settings, clients)
    app.register_blueprint(views_single_sign_on.bp)
