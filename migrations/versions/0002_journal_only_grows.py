"""The journal only grows: no row changes, none goes, and a new one is the next.

The trigger on INSERT is needed as well: `INSERT OR REPLACE` walks past a trigger on DELETE, and a
gap would otherwise be possible. Somebody who holds the database file can drop triggers; `verify`
finds what they did.

Revision: 0002, after 0001.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE TRIGGER journal_next BEFORE INSERT ON journal
    WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal)
    BEGIN SELECT RAISE(ABORT, 'a journal row must be the next'); END
    """,
    """
    CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'journal rows are never changed'); END
    """,
    """
    CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'journal rows are never deleted'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal) THEN
          RAISE EXCEPTION 'a journal row must be the next';
        END IF;
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'journal rows are never changed or deleted';
    END $$
    """,
    """
    CREATE TRIGGER journal_rows BEFORE INSERT OR UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_only_grows()
    """,
    """
    CREATE TRIGGER journal_whole BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_only_grows()
    """,
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("journal_next", "journal_no_update", "journal_no_delete"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER journal_rows ON journal")
        op.execute("DROP TRIGGER journal_whole ON journal")
        op.execute("DROP FUNCTION journal_only_grows()")
