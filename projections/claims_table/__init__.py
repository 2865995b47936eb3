"""The tables of claims: what an event adds to them, and what an answer reads of them."""
