"""Addresses of `staff`: importing this registers all of them on its one blueprint."""

from portal.staff import (
    views_account,
    views_joining,
    views_lost,
    views_members,
    views_passkeys,
    views_pin,
    views_school,
    views_set_up,
    views_sign_in,
    views_sign_ins,
)
from portal.staff.views_shared import bp

__all__ = [
    "bp",
    "views_account",
    "views_joining",
    "views_lost",
    "views_members",
    "views_passkeys",
    "views_pin",
    "views_school",
    "views_set_up",
    "views_sign_in",
    "views_sign_ins",
]
