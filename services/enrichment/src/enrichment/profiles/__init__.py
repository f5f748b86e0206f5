"""What the registers say of each relation: asked for by a user or by itself, and kept."""
