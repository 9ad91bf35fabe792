"""The door finance clicks: the list of commands, the ribbon, the add-in, what a click does in Excel."""
