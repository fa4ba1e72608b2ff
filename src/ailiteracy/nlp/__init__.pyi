from .qa import Answer as Answer
from .qa import answer as answer
from .scores import exact_match as exact_match
from .scores import f1_score as f1_score

__all__ = ["Answer", "answer", "exact_match", "f1_score"]
