"""Which capitals of a title have to stay: BibTeX's styles write all but the first word small.

Word by word, as the better exports do it (DBLP, Zotero): braces around the whole title would take the choice from the
style.
"""

from __future__ import annotations

import re

TEX = "\0"
"""What stands in a title for a formula, a command or a brace."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OPENING = " \"“‘'(["
_BEGINS = re.compile(r"(?:[:.?!]\s|[—–]|--)[\s\"“‘'(\[]*$")
_NEAR = 12
"""Letters before a word that are looked at for the end of a sentence."""
_LONG = 4
"""Letters from which on a word would have a capital where all words have one."""

_NAMES = """
    Abelian Adam Banach Bayes Bayesian Bellman Bernoulli Bézier Boltzmann Boolean Borel Bregman Brownian Cauchy
    Chebyshev Chernoff Cholesky Cramér Dirac Dirichlet Einstein Erdős Euclidean Euler Fano Fermi Feynman Fisher Fourier
    Fréchet Frobenius Galerkin Galois Gauss Gaussian Gibbs Grassmann Gröbner Gumbel Hamiltonian Hamming Hausdorff
    Hawkes Hermite Hermitian Hessian Hilbert Hoeffding Hölder Hopfield Hubble Ising Jacobi Jacobian Kalman Kantorovich
    Kolmogorov Kronecker Krylov Kullback Lagrange Lagrangian Langevin Laplace Laplacian Lebesgue Legendre Leibler Levy
    Lévy Lie Lipschitz Lyapunov Mahalanobis Markov Markovian Maxwell Minkowski Möbius Monte Carlo Nash Navier Nesterov
    Newton Newtonian Nyquist Nyström Pareto Pauli Pearson Picard Planck Poincaré Poisson Rademacher Radon Rayleigh
    Rényi Ricci Riemann Riemannian Schrödinger Shannon Shapley Sinkhorn Sobolev Stein Stiefel Stokes Taylor Turing
    Voronoi Wasserstein Weyl Wiener Wigner
    African American Arabic Asian Chinese English European French German Indian Japanese Korean Russian Spanish
"""
_NAMED = frozenset(_NAMES.split())
"""Words that have a capital in running text, of those that titles have most."""


def kept(title: str) -> dict[int, int]:
    """Give the words of a title whose capitals have to stay, as places where each begins and ends."""
    words = list(_WORD.finditer(title))
    sentence = _is_sentence(title, words)
    return {word.start(): word.end() for word in words if _stays(title, word, sentence)}


def _stays(title: str, word: re.Match[str], sentence: bool) -> bool:
    text = word[0]
    if text == text.lower():
        return False
    if TEX in (title[word.start() - 1 : word.start()], title[word.end() : word.end() + 1]):  # `S$^2$Edit`, `Ca$^{2+}$`
        return True
    if len(text) == 1:  # a symbol, and no article
        return text != "A" or title[word.end() : word.end() + 1] == "*"
    if text[1:] != text[1:].lower() or any(letter.isdigit() for letter in text):
        return True
    return text in _NAMED or (sentence and not _begins(title, word.start()))


def _is_sentence(title: str, words: list[re.Match[str]]) -> bool:
    """Tell whether a title is written as a sentence is: then a capital in it is that of a name."""
    inner = [word[0] for word in words if len(word[0]) >= _LONG and not _begins(title, word.start())]
    plain = [word for word in inner if word[1:] == word[1:].lower()]
    return sum(word[0].islower() for word in plain) > sum(word[0].isupper() for word in plain)


def _begins(title: str, place: int) -> bool:
    """Tell whether a word begins a sentence: its capital stays by itself, or says nothing."""
    before = title[max(0, place - _NEAR) : place]
    return not before.strip(_OPENING) or _BEGINS.search(before) is not None
