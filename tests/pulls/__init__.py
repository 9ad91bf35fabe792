"""Reports fetched from real servers on this machine: S3 by moto, Azure by Azurite, Graph by a fake."""
