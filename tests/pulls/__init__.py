"""Reports fetched from real servers of this machine: moto, Azurite, an emulator of Google, a fake Graph."""
