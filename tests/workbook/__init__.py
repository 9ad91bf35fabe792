"""The workbook: template, reading, writing, and what must survive."""
