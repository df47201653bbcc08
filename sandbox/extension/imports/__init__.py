"""Imports: change sets of the type IMPORT, with AWS's rules, for every type that can be read.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""
