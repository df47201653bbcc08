"""AWS's resource provider schemas, as cfn-lint ships them, and the validation of properties by them."""
