"""Commands in the containers of running tasks (`exec`), and tasks of their own that run one command (`run`)."""
