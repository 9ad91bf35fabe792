"""The commands: what they refuse, what they find out, what they leave alone."""
