"""Textual autograd: variables, losses and gradients made of words; no chemistry in here."""
