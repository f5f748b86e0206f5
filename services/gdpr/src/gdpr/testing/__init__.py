"""What this service's tests stand on."""
