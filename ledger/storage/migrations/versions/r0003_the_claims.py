"""Add the claims index, whose tables revision 0006 drops again: there is nothing to create."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change nothing."""
