"""Other services of the house, as this one needs them."""
