"""What is deployed: pure functions from settings and inputs to one template each.

A folder is one module, with its `Settings`, `Inputs`, `Outputs` and `build`. Two folders are none: `root/` nests the
modules and knows all of them, `resource_types/` says what is known of the types of their resources. The files beside
the folders are shared by the modules and know none of them.
"""
