from . import basics, games, nlp, training, vision

__all__ = ["basics", "games", "nlp", "training", "vision"]

__version__: str
