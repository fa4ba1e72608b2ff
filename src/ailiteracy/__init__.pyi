from . import basics, check, games, nlp, training, vision

__all__ = ["basics", "check", "games", "nlp", "training", "vision"]

__version__: str
