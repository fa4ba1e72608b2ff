from .batches import Batches as Batches
from .checkpoint import load_weights as load_weights
from .evaluation import Evaluation as Evaluation
from .evaluation import evaluate as evaluate
from .loop import DivergedError as DivergedError
from .loop import fit as fit
from .metrics import accuracy as accuracy
from .metrics import class_accuracy as class_accuracy
from .metrics import confusion_matrix as confusion_matrix
from .result import History as History
from .result import TrainingResult as TrainingResult
from .schedule import constant as constant
from .schedule import one_cycle as one_cycle
from .schedule import warmup_cosine as warmup_cosine

__all__ = [
    "fit",
    "evaluate",
    "Batches",
    "constant",
    "warmup_cosine",
    "one_cycle",
    "accuracy",
    "confusion_matrix",
    "class_accuracy",
    "TrainingResult",
    "History",
    "Evaluation",
    "load_weights",
    "DivergedError",
]
