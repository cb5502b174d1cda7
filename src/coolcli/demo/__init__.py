"""An invented sample day of arXiv and a simulated model to ask about it, on loopback, for `cool --demo`."""
