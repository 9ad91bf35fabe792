"""The custom functions: their answers, and the hosts that ask for them."""
