"""What is added to ministack, or corrects it, inside the server process: each file adds or corrects one thing.

`install()` changes ministack. Before any is called, `hooks` makes sure that ministack has the private names that the
files use.
"""
