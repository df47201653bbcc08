"""Stack operations as on AWS: concurrent, taking time, and with nested stacks that are stacks of their own.

They replace ministack's, which handles one resource after the other and deploys a nested stack within one call.
"""
