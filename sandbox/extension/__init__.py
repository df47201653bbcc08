"""What is added to ministack, inside the server process: each file mends or adds one thing.

A part has `HOOKS`, the private names of ministack that it uses ("module:attribute"), and `install(settings)`.
"""
