"""Images of the app: built by a container engine, tagged by their commit, pushed, and copied between repositories."""
