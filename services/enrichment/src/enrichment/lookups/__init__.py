"""Questions to registers: each asked once, paid once, and remembered for a while."""
