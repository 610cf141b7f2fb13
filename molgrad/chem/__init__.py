"""Chemistry on SMILES: parsing, descriptors, alerts, states, similarity, drawing; knows no Variable."""
