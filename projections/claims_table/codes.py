"""The numbers that stand for a role and a basis, and for a series, in the tables of the claims."""

from itertools import product

from events.facets import Basis, Role

SAYS = {claim: number for number, claim in enumerate(product(Role, Basis))}
"""By role and basis."""

STARTS_AND_ENDS, ATTESTATIONS = 0, -1
"""The series of claims that are no readings."""

ROLE_AND_BASIS = {number: claim for claim, number in SAYS.items()}
"""By number."""
