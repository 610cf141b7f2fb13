"""Other frameworks' names over molgrad's core, for programs that were written for them."""
