from . import basics, check, games, nlp, quiz, training, vision

__all__ = ["basics", "check", "games", "nlp", "quiz", "training", "vision"]

__version__: str
