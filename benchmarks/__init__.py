"""How fast the program is, beside its peers and beside the least that has to be done."""
