"""The tools that a client may call, one family a file."""
