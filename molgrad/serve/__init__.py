"""A campaign's folder served to other agents over the Model Context Protocol, within a budget, every call on record."""
