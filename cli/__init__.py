"""The `mission` command: parse the call, ask the library, print the answer."""
