"""Runs the migrations on the database that the caller names.

On SQLite foreign keys are off while tables are rebuilt and checked before the commit.
"""

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine

import portal.assessment.models
import portal.casefile.models
import portal.cases.models
import portal.cases.models_access
import portal.cases.models_content
import portal.cases.models_wishes
import portal.containment.models
import portal.devices.models
import portal.disclosures.models
import portal.family.models
import portal.guidance.models
import portal.handover.models
import portal.journal.models
import portal.oversight.models
import portal.people.models
import portal.plans.models
import portal.police.models
import portal.referrals.models
import portal.staff.accounts.models
import portal.staff.factors.models
import portal.staff.models
import portal.staff.sign_ins.models
import portal.support.models
import portal.vault.keys
import portal.web.sheets  # noqa: F401 - the tables of every package, for comparing
from portal.db import Base, UtcDateTime


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False
    )


def run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url)
    with engine.connect() as connection:
        lite = engine.dialect.name == "sqlite"
        if lite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if lite and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                raise RuntimeError("a migration left rows that point to nothing")
    engine.dispose()


run()
