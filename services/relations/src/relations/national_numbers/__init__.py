"""National numbers of persons: off unless the office switched them on, masked, every reading logged."""
