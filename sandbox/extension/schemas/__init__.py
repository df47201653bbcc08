"""AWS's resource provider schemas, as cfn-lint ships them, and what they say about a resource's properties."""
