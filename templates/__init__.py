"""What is deployed: pure functions from settings and inputs to one template each.

A folder is one module, with its `Settings`, `Inputs`, `Outputs` and `build`. `root/` nests the modules and knows all of
them; the files beside the folders are shared by the modules and know none.
"""
