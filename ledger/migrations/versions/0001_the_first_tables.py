"""The first tables, with a decision record that the database refuses to change.

Revision: 0001
Follows:
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER decision_no_{verb} BEFORE {verb} ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
"""

_REFUSAL = """
CREATE FUNCTION decision_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'decision is append-only'; END $$
"""

_POSTGRESQL = """
CREATE TRIGGER decision_no_{verb} BEFORE {verb} ON decision
FOR EACH STATEMENT EXECUTE FUNCTION decision_append_only()
"""


def make_decisions_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE.format(verb=verb))
        return
    op.execute(_REFUSAL)
    for verb in ("update", "delete", "truncate"):
        op.execute(_POSTGRESQL.format(verb=verb))


def upgrade() -> None:
    op.create_table(
        "borrower",
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("locale", AutoString(), nullable=False),
        sa.Column("zone", AutoString(), nullable=False),
        sa.Column("jurisdiction", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("borrower_id", name=op.f("pk_borrower")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("what", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("verdict", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("previous_hash", AutoString(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_decision_case_id_seq")),
    )
    op.create_index(op.f("ix_decision_case_id_key"), "decision", ["case_id", "key"], unique=False)
    op.create_index(op.f("ix_decision_loan_id"), "decision", ["loan_id"], unique=False)
    op.create_table(
        "loan_event",
        sa.Column("event_id", AutoString(), nullable=False),
        sa.Column("type", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("spoken_at", UTCDateTime(), nullable=True),
        sa.Column("digest", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_loan_event")),
    )
    op.create_index(op.f("ix_loan_event_loan_id"), "loan_event", ["loan_id"], unique=False)
    op.create_index(op.f("ix_loan_event_spoken_at"), "loan_event", ["spoken_at"], unique=False)
    op.create_table(
        "strategy_version",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_version")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", "phone", name="pointchannel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("address", AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("active", "dead", name="pointstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("dead_reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_contact_point_borrower_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint(
            "borrower_id",
            "channel",
            "address",
            name=op.f("uq_contact_point_borrower_id_channel_address"),
        ),
    )
    op.create_table(
        "loan",
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("product", AutoString(), nullable=False),
        sa.Column("portfolio", AutoString(), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("strategy", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_loan_borrower_id")
        ),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_loan")),
    )
    op.create_index(op.f("ix_loan_borrower_id"), "loan", ["borrower_id"], unique=False)
    op.create_index(op.f("ix_loan_portfolio"), "loan", ["portfolio"], unique=False)
    op.create_table(
        "case_file",
        sa.Column("case_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("strategy", AutoString(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("cured", "closed", "exhausted", name="outcome", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("outcome_reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_case_file_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_case_file_loan_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_file")),
    )
    op.create_index(op.f("ix_case_file_borrower_id"), "case_file", ["borrower_id"], unique=False)
    op.create_index(op.f("ix_case_file_loan_id"), "case_file", ["loan_id"], unique=False)
    op.create_index(
        "uq_case_file_open_loan",
        "case_file",
        ["loan_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "contact",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", "call", name="channel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("template", AutoString(), nullable=False),
        sa.Column(
            "message_class",
            sa.Enum(
                "dunning",
                "statutory",
                "receipt",
                "service",
                name="messageclass",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("fingerprint", AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "claimed",
                "sent",
                "sent_uncertain",
                "suppressed",
                "bounced",
                "failed",
                name="contactstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_wall", UTCDateTime(), nullable=False),
        sa.Column("confirmed_wall", UTCDateTime(), nullable=True),
        sa.Column("message_id", AutoString(), nullable=False),
        sa.Column("contact_point_id", sa.Integer(), nullable=True),
        sa.Column("snapshot", sa.JSON(), nullable=True),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_contact_borrower_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_contact_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_contact_loan_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contact")),
    )
    op.create_index(
        op.f("ix_contact_borrower_id_claimed_at"),
        "contact",
        ["borrower_id", "claimed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_contact_loan_id"), "contact", ["loan_id"], unique=False)
    op.create_index(op.f("ix_contact_status"), "contact", ["status"], unique=False)
    op.create_table(
        "hold",
        sa.Column("hold_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "dispute",
                "hardship",
                "complaint",
                "vulnerability",
                "bankruptcy",
                "death",
                "representation",
                "moratorium",
                "disaster",
                "military",
                name="holdreason",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("by", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_hold_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_hold_loan_id")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_borrower_id"), "hold", ["borrower_id"], unique=False)
    op.create_index(op.f("ix_hold_loan_id"), "hold", ["loan_id"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_instalment_loan_id")),
        sa.PrimaryKeyConstraint("loan_id", "number", name=op.f("pk_instalment")),
    )
    op.create_index(op.f("ix_instalment_due"), "instalment", ["due"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        sa.Column("narrative", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loan.loan_id"], name=op.f("fk_journal_entry_loan_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_journal_entry_key")),
    )
    op.create_index(op.f("ix_journal_entry_loan_id"), "journal_entry", ["loan_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("note_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_note_loan_id")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_loan_id"), "note", ["loan_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("payment_id", AutoString(), nullable=False),
        sa.Column("fact_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reversal_fact_id", AutoString(), nullable=True),
        sa.Column("reversal_known_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_payment_loan_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_payment")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_payment_fact_id")),
        sa.UniqueConstraint("reversal_fact_id", name=op.f("uq_payment_reversal_fact_id")),
    )
    op.create_index(op.f("ix_payment_loan_id"), "payment", ["loan_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agency", AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "claimed",
                "placed",
                "refused",
                "failed",
                "recalled",
                name="placementstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=False),
        sa.Column("placed_at", UTCDateTime(), nullable=True),
        sa.Column("recalled_at", UTCDateTime(), nullable=True),
        sa.Column("reference", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_placement_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_placement_loan_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_agency"), "placement", ["agency"], unique=False)
    op.create_index(op.f("ix_placement_loan_id"), "placement", ["loan_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("plan_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("ended", AutoString(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_plan_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_plan_loan_id")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_loan_id"), "plan", ["loan_id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("promise_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "kept",
                "partly_kept",
                "broken",
                "superseded",
                "cancelled",
                name="promisestatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_promise_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_promise_loan_id")),
        sa.PrimaryKeyConstraint("promise_id", name=op.f("pk_promise")),
    )
    op.create_index(op.f("ix_promise_loan_id"), "promise", ["loan_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("what", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_task_loan_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_done_at"), "task", ["done_at"], unique=False)
    op.create_index(op.f("ix_task_loan_id"), "task", ["loan_id"], unique=False)
    op.create_table(
        "agency_message",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("placement_key", AutoString(), nullable=False),
        sa.Column("what", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "claimed",
                "acknowledged",
                "refused",
                "failed",
                name="messagestatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("reference", AutoString(), nullable=False),
        sa.Column("answer", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_key"], ["placement.key"], name=op.f("fk_agency_message_placement_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_agency_message")),
    )
    op.create_index(
        op.f("ix_agency_message_placement_key"), "agency_message", ["placement_key"], unique=False
    )
    op.create_table(
        "plan_instalment",
        sa.Column("plan_id", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.plan_id"], name=op.f("fk_plan_instalment_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_instalment")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "receivable",
                "disbursement",
                "cash",
                "unapplied",
                name="account",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.entry_id"], name=op.f("fk_posting_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_entry_id"), "posting", ["entry_id"], unique=False)
    make_decisions_append_only()


def downgrade() -> None:
    op.drop_index(op.f("ix_posting_entry_id"), table_name="posting")
    op.drop_table("posting")
    op.drop_table("plan_instalment")
    op.drop_index(op.f("ix_agency_message_placement_key"), table_name="agency_message")
    op.drop_table("agency_message")
    op.drop_index(op.f("ix_task_loan_id"), table_name="task")
    op.drop_index(op.f("ix_task_done_at"), table_name="task")
    op.drop_table("task")
    op.drop_index(op.f("ix_promise_loan_id"), table_name="promise")
    op.drop_table("promise")
    op.drop_index(op.f("ix_plan_loan_id"), table_name="plan")
    op.drop_table("plan")
    op.drop_index(op.f("ix_placement_loan_id"), table_name="placement")
    op.drop_index(op.f("ix_placement_agency"), table_name="placement")
    op.drop_table("placement")
    op.drop_index(op.f("ix_payment_loan_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_note_loan_id"), table_name="note")
    op.drop_table("note")
    op.drop_index(op.f("ix_journal_entry_loan_id"), table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index(op.f("ix_instalment_due"), table_name="instalment")
    op.drop_table("instalment")
    op.drop_index(op.f("ix_hold_loan_id"), table_name="hold")
    op.drop_index(op.f("ix_hold_borrower_id"), table_name="hold")
    op.drop_table("hold")
    op.drop_index(op.f("ix_contact_status"), table_name="contact")
    op.drop_index(op.f("ix_contact_loan_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_borrower_id_claimed_at"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(
        "uq_case_file_open_loan",
        table_name="case_file",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_case_file_loan_id"), table_name="case_file")
    op.drop_index(op.f("ix_case_file_borrower_id"), table_name="case_file")
    op.drop_table("case_file")
    op.drop_index(op.f("ix_loan_portfolio"), table_name="loan")
    op.drop_index(op.f("ix_loan_borrower_id"), table_name="loan")
    op.drop_table("loan")
    op.drop_table("contact_point")
    op.drop_table("strategy_version")
    op.drop_index(op.f("ix_loan_event_spoken_at"), table_name="loan_event")
    op.drop_index(op.f("ix_loan_event_loan_id"), table_name="loan_event")
    op.drop_table("loan_event")
    op.drop_index(op.f("ix_decision_loan_id"), table_name="decision")
    op.drop_index(op.f("ix_decision_case_id_key"), table_name="decision")
    op.drop_table("decision")
    op.drop_table("borrower")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decision_append_only()")
