"""Rules as data: the shipped files, their cases, and what is wrong with a wrong one."""
