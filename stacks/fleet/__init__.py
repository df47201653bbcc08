"""The bootstrap stack in many accounts and regions, by CloudFormation StackSets."""
