"""The addresses of `staff`: importing this registers all of them on its three blueprints."""

from portal.staff.accounts import views_joining, views_members, views_own, views_pin
from portal.staff.factors import views as factors
from portal.staff.factors import views_lost, views_passkeys, views_sign_in
from portal.staff.school import views as school
from portal.staff.school import views_set_up
from portal.staff.sign_ins import views as sign_ins
from portal.staff.sign_ins import views_open
from portal.staff.views_shared import bp

BLUEPRINTS = (bp, views_sign_in.bp, factors.bp)

__all__ = [
    "BLUEPRINTS",
    "school",
    "sign_ins",
    "views_joining",
    "views_lost",
    "views_members",
    "views_open",
    "views_own",
    "views_passkeys",
    "views_pin",
    "views_set_up",
]
