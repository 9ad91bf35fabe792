"""Stories: a month from given files to expected files."""
