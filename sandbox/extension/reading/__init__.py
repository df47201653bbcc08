"""What the read handlers of AWS's resource types return, whoever has made the resource: one file a service.

Cloud Control, imports and the detection of drift are built on it. Each file reads ministack's stores, and has `READERS`
with its types. `registry` finds them.
"""
