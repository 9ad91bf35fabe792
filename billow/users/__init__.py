"""Named users as intervals, and the rules by which they are counted."""
