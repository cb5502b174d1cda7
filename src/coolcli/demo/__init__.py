"""An invented sample day of arXiv, and a plain server of it on loopback, for `cool --demo`."""
