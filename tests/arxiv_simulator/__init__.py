"""A simulated arXiv for tests: invented papers, a clock to set, arXiv's endpoints on loopback, and its faults.

It knows arXiv and not the program: it imports nothing of it, so that a mistake of one is not repeated by the other.
That it resembles arXiv is held by tests/test_simulator.py against recorded answers.
"""

from tests.arxiv_simulator.faults import Fault
from tests.arxiv_simulator.papers import Announcement, SimPaper, World
from tests.arxiv_simulator.server import ArxivSimulator, Request

__all__ = ["Announcement", "ArxivSimulator", "Fault", "Request", "SimPaper", "World"]
