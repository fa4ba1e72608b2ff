from .batch_report import BatchReport as BatchReport
from .batch_report import describe_batches as describe_batches
from .batches import Batches as Batches
from .caching import CachedDataset as CachedDataset
from .checkpoint import load_weights as load_weights
from .collate import pad_collate as pad_collate
from .diagnosis import Diagnosis as Diagnosis
from .diagnosis import diagnose_curves as diagnose_curves
from .evaluation import Evaluation as Evaluation
from .evaluation import evaluate as evaluate
from .export import OnnxExport as OnnxExport
from .export import export_onnx as export_onnx
from .history import History as History
from .hooks import LayerWatch as LayerWatch
from .hooks import watch_layers as watch_layers
from .initialization import InitializationResult as InitializationResult
from .initialization import compare_initializations as compare_initializations
from .initialization import initialize as initialize
from .layers import NoisyLinear as NoisyLinear
from .layers import SequenceNet as SequenceNet
from .loop import fit as fit
from .metrics import ClassScores as ClassScores
from .metrics import RegressionErrors as RegressionErrors
from .metrics import accuracy as accuracy
from .metrics import class_accuracy as class_accuracy
from .metrics import confusion_matrix as confusion_matrix
from .metrics import precision_recall_f1 as precision_recall_f1
from .metrics import regression_errors as regression_errors
from .multitask import MultiTaskDataset as MultiTaskDataset
from .multitask import MultiTaskLoss as MultiTaskLoss
from .multitask import MultiTaskNet as MultiTaskNet
from .refusals import DivergedError as DivergedError
from .result import TrainingResult as TrainingResult
from .sampling import balanced_sampler as balanced_sampler
from .sampling import stratified_split as stratified_split
from .schedule import constant as constant
from .schedule import one_cycle as one_cycle
from .schedule import warmup_cosine as warmup_cosine
from .scores import ScoreCurves as ScoreCurves
from .scores import perplexity as perplexity
from .scores import score_curves as score_curves
from .scores import top_k_accuracy as top_k_accuracy
from .summary import LayerRow as LayerRow
from .summary import ModelSummary as ModelSummary
from .summary import summarize_model as summarize_model
from .tensorboard_log import TensorBoardLog as TensorBoardLog
from .tracking import RunComparison as RunComparison
from .tracking import RunRecord as RunRecord
from .tracking import compare_runs as compare_runs
from .tracking import gradient_norm as gradient_norm

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
    "precision_recall_f1",
    "ClassScores",
    "regression_errors",
    "RegressionErrors",
    "score_curves",
    "ScoreCurves",
    "top_k_accuracy",
    "perplexity",
    "diagnose_curves",
    "Diagnosis",
    "RunRecord",
    "compare_runs",
    "RunComparison",
    "gradient_norm",
    "TensorBoardLog",
    "summarize_model",
    "ModelSummary",
    "LayerRow",
    "watch_layers",
    "LayerWatch",
    "initialize",
    "compare_initializations",
    "InitializationResult",
    "NoisyLinear",
    "SequenceNet",
    "pad_collate",
    "stratified_split",
    "balanced_sampler",
    "CachedDataset",
    "MultiTaskDataset",
    "MultiTaskNet",
    "MultiTaskLoss",
    "describe_batches",
    "BatchReport",
    "export_onnx",
    "OnnxExport",
]
