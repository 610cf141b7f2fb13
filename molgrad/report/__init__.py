"""What people look at: progress, tables, lineages, pictures."""
