"""Estimate a deployment or a deletion: the critical path of its changes, by their usual durations.

The sandbox imports `durations` alone, and starts with each command that uses it: nothing is imported here.
"""
