"""CloudFormation StackSets: one template, stacks in many accounts and regions of the sandbox.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
"""
