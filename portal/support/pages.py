"""Every page of support, as one list."""

from flask import Blueprint

from portal.support import views, views_beside, views_corrections, views_milestones

BLUEPRINTS: tuple[Blueprint, ...] = (
    views.bp,
    views_beside.bp,
    views_corrections.bp,
    views_milestones.bp,
)
