"""What tests of this service and of its neighbours stand on."""
