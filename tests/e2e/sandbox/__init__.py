"""The embedded AWS, over its socket."""
