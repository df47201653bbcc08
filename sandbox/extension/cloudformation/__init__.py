"""Stack operations as on AWS: side by side, in time, with children that are stacks of their own.

It takes the place of ministack's own, which does one resource after another and deploys a child inside one call.
"""
