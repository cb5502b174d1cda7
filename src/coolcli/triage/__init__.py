"""Going through papers one after the other: what can be done, the pile that is gone through. No terminal, no store."""
