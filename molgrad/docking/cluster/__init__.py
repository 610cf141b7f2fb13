"""Docks on several machines through dask: the executor, its connection, what a worker runs, jobs of a batch system."""
