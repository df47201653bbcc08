"""What a change set is asked with: parameters, and what is looked up in the account for them."""
