"""See ../numpy."""
