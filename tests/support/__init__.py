"""What the tests share: accounts, commands, fault injection, templates."""
