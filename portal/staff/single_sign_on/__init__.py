"""Single sign-on by OpenID Connect: an optional extra that is there only with its settings file.

`settings` reads the file, `outgoing` asks a provider and nobody else, `provider` speaks the
protocol (the only module that imports Authlib), `rules` judges what a token claims, `journey` keeps
what must be remembered while somebody is at the provider, `service` signs in, links and unlinks.
"""
