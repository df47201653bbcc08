"""What an environment costs a month: quantities of the rendered templates, at the prices of AWS's price list.

`types/` says what each resource type is billed by, `meters.py` where the price list has each price, `catalogue.py` asks
for it, `tasks.py` how many tasks run, `figure.py` puts it together, and `change.py` says by how much a plan moves it.
"""
