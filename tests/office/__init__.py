"""What other programs make of our files: LibreOffice of the workbook, hledger of the journal."""
