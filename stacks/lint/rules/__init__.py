"""The project's own rules for cfn-lint, one a file; `cfn-lint --append-rules stacks/lint/rules` loads them, too.

Their ids are of the range that cfn-lint leaves to its users (9xxx), from 9101: it numbers the lines of a
`--custom-rules` file from 9001.
"""
