"""Many campaigns from one file, leads by receptors by objectives, and one table of what they found."""
