"""An account of what changed in a ledger since its reader last looked."""
