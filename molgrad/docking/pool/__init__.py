"""A pool of docking processes: the parent's end of it, the queue, the messages and the worker."""
