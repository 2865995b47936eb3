"""The numbers that stand for a role and a basis in the tables of the claims."""

from itertools import product

from events.facets import Basis, Role

SAYS = {claim: number for number, claim in enumerate(product(Role, Basis))}
"""By role and basis."""

ROLE_AND_BASIS = {number: claim for claim, number in SAYS.items()}
"""By number."""
