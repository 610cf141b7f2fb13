"""How a molecule can be made: named reactions, what can be bought, and routes from one to the other."""
