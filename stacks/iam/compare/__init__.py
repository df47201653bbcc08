"""Whether a role or user that exists has the rights a deployment needs: IAM is asked, or its policies are read.

`stacks.iam` knows what is needed and what policies say; only this package talks to IAM.
"""
