from .backprop import BackpropResult as BackpropResult
from .backprop import backprop_demo as backprop_demo
from .network import Network as Network
from .one_step import WorkedExample as WorkedExample
from .one_step import worked_example as worked_example
from .perceptron import PerceptronResult as PerceptronResult
from .perceptron import perceptron_demo as perceptron_demo

__all__ = [
    "perceptron_demo",
    "PerceptronResult",
    "backprop_demo",
    "BackpropResult",
    "worked_example",
    "WorkedExample",
    "Network",
]
