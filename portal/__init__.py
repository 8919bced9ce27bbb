"""The safeguarding portal: `create_app` is the only place where everything meets."""

from flask import Flask

from portal.config import ROOT, Config


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application of an installation that exists; without a configuration, of this one.

    Raises `boot.CannotStart` (with a sentence) where key and database do not belong together, and
    `web.access.Undeclared` where a view does not say who may use it.
    """
    from portal import boot, casefile, oversight, web
    from portal.cases import head, leaving
    from portal.db import Database
    from portal.handover import confinement
    from portal.staff import shell
    from portal.staff.sign_ins import recognition
    from portal.staff.single_sign_on import wiring
    from portal.web import access, errors, headers, hosts, templating, unit_of_work

    config = config or boot.this_installation()
    app = unit_of_work.Portal(
        "portal", root_path=str(ROOT), template_folder="templates", static_folder="static"
    )
    boot.read_own_rule_sets(config)
    database = Database(config.database_url)
    vault = boot.open_vault(config, database)
    app.config.from_mapping(boot.flask_settings(config, vault))
    app.extensions.update({"portal": config, "database": database, "vault": vault})

    hosts.init_app(app)  # what is not meant for us goes no further
    confinement.init_app(app)  # before everything that answers
    headers.init_app(app)
    recognition.init_app(app)
    shell.init_app(app)
    head.init_app(app)
    leaving.connect()
    web.init_app(app)
    errors.init_app(app)
    templating.init_app(app)
    for blueprint in (*casefile.blueprints(), *oversight.blueprints()):
        app.register_blueprint(blueprint)
    wiring.init_app(app, boot.read_single_sign_on(config, database))
    unit_of_work.init_app(app)
    access.refuse_undeclared(app)
    return app
