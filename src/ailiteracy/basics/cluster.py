"""With labels and without: three ways of looking at the same flowers.

The idea: logistic regression is told the kinds and learns to name them. K-means is told nothing but the number of
groups and finds groups of its own, whose numbers mean nothing until they are matched with the kinds. PCA is told
nothing either and finds the plane in which the flowers differ most, which is good for looking.

Left out: how many groups there are; k-means must be told.
Next: fitting.py learns curves.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._support.checks import check_integer
from .._support.figures import new_figure, result_html
from .boundaries import COLOURS, MARKERS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .gates import Array

__all__ = ["ClusterResult", "cluster_iris", "match_groups"]

Labels = npt.NDArray[np.int64]
N_STARTS = 10  # k-means ends in a different place from each start; the tightest of ten is kept


@dataclass(frozen=True, eq=False, repr=False)
class ClusterResult:
    """Iris flowers named with labels, grouped without, and projected to a plane.

    Parameters
    ----------
    classes : tuple of str
        Names of the kinds.
    species : ndarray of int, shape (150,)
        The true kinds.
    groups : ndarray of int, shape (150,)
        What k-means found, renumbered so that as many flowers as possible agree with `species`.
    named : ndarray of int, shape (150,)
        What logistic regression says, for training and test flowers.
    is_test : ndarray of bool, shape (150,)
        Which flowers were set aside before the scaler and logistic regression were fitted.
    plane : ndarray of shape (150, 2)
        The first two principal components.
    explained_variance : ndarray of shape (4,)
        Share of the variance along each principal component.
    test_accuracy : float
        Of logistic regression on the flowers set aside.
    rand_index : float
        Adjusted Rand index of groups and kinds: 0 for chance, 1 for the same grouping, whatever the numbers.
    matched_accuracy : float
        Share of flowers whose renumbered group is their kind.
    silhouette : float
        How much nearer flowers are to their own group than to the next, from -1 to 1; asks for no labels.
    """

    classes: tuple[str, ...]
    species: Labels
    groups: Labels
    named: Labels
    is_test: npt.NDArray[np.bool_]
    plane: Array
    explained_variance: Array
    test_accuracy: float
    rand_index: float
    matched_accuracy: float
    silhouette: float

    def plot(self) -> Figure:
        """Return a figure: the true kinds, the named ones and the groups, in one plane and with the same colours.

        Returns
        -------
        matplotlib.figure.Figure
            Three panels; what differs from the truth is ringed.
        """
        figure = new_figure(12, 4)
        panels = figure.subplots(1, 3, sharex=True, sharey=True)
        shares = self.explained_variance
        for axes, title, found in (
            (panels[0], "True kinds", self.species),
            (panels[1], f"Logistic regression: {self.test_accuracy:.0%} of the test right", self.named),
            (panels[2], f"K-means: adjusted Rand index {self.rand_index:.2f}", self.groups),
        ):
            for number, name in enumerate(self.classes):
                chosen = self.plane[found == number]
                axes.scatter(*chosen.T, s=18, color=COLOURS[number], marker=MARKERS[number], label=name)
            wrong = self.plane[found != self.species]
            axes.scatter(*wrong.T, s=70, facecolors="none", edgecolors="black", label="differs")
            axes.set(title=title, xlabel=f"component 1 ({shares[0]:.0%} of the variance)")
        panels[0].set(ylabel=f"component 2 ({shares[1]:.0%})")
        panels[2].legend(fontsize=8)
        return figure

    def __repr__(self) -> str:
        return (
            f"Of {len(self.species)} iris flowers logistic regression names {self.test_accuracy:.1%} of the "
            f"{int(self.is_test.sum())} it has not seen. K-means, without labels, agrees with the kinds by an adjusted "
            f"Rand index of {self.rand_index:.3f} ({self.matched_accuracy:.1%} after matching, silhouette "
            f"{self.silhouette:.3f}). Two principal components hold {self.explained_variance[:2].sum():.1%} of the "
            "variance."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def cluster_iris(*, seed: int = 42) -> ClusterResult:
    """Return what logistic regression, k-means and PCA make of the same 150 flowers.

    Parameters
    ----------
    seed : int, default 42
        Which 45 flowers are set aside, and where k-means starts.

    Returns
    -------
    ClusterResult
        `test_accuracy`, `rand_index`, `matched_accuracy`, `explained_variance` and `plot()`.

    Raises
    ------
    ValueError, TypeError
        When the seed is no whole number from 0.

    Notes
    -----
    Logistic regression is judged on flowers it has not seen, so its scaler comes from the training part alone. K-means
    and PCA have no test part: they describe the flowers they are given, all of them, scaled together.

    Examples
    --------
    >>> result = cluster_iris()
    >>> result.test_accuracy > result.matched_accuracy
    True
    """
    from sklearn.cluster import KMeans
    from sklearn.datasets import load_iris
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import adjusted_rand_score, silhouette_score
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    seed = check_integer("seed", seed, low=0, high=2**32 - 1)
    flowers = load_iris()
    species = flowers.target.astype(np.int64)
    # 1. With labels: split first; the pipeline fits the scaler on the training part only.
    train, test = train_test_split(np.arange(len(species)), test_size=0.3, random_state=seed, stratify=species)
    named = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
    named.fit(flowers.data[train], species[train])
    # 2. Without labels: groups. Their numbers are arbitrary until they are matched.
    scaled = StandardScaler().fit_transform(flowers.data)  # (150, 4)
    found = KMeans(3, n_init=N_STARTS, random_state=seed).fit_predict(scaled)
    groups = match_groups(found, species)
    # 3. Without labels: the plane to look at.
    pca = PCA(4).fit(scaled)
    return ClusterResult(
        classes=tuple(flowers.target_names.tolist()),
        species=species,
        groups=groups,
        named=named.predict(flowers.data),
        is_test=np.isin(np.arange(len(species)), test),
        plane=pca.transform(scaled)[:, :2],
        explained_variance=pca.explained_variance_ratio_,
        test_accuracy=float(named.score(flowers.data[test], species[test])),
        rand_index=float(adjusted_rand_score(species, found)),
        matched_accuracy=float(np.mean(groups == species)),
        silhouette=float(silhouette_score(scaled, found)),
    )


def match_groups(groups: Labels, species: Labels) -> Labels:
    """Return the groups renumbered so that as many samples as possible agree with the kinds.

    Examples
    --------
    >>> match_groups(np.array([2, 2, 0, 1]), np.array([0, 0, 1, 2])).tolist()
    [0, 0, 1, 2]
    """
    n_kinds = int(species.max()) + 1
    ways = [np.array(way) for way in itertools.permutations(range(n_kinds))]  # all ways to pair groups with kinds
    best = max(ways, key=lambda new_names: int(np.sum(new_names[groups] == species)))
    renumbered: Labels = best[groups]
    return renumbered
