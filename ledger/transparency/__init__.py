"""Signed evidence of the log, in C2SP's formats: checkpoints, proofs, timestamps, tiles."""
