"""What leaves the house: journal files for accounting systems, and invoices as PDF."""
