from .accumulation import AccumulationResult as AccumulationResult
from .accumulation import accumulation_demo as accumulation_demo
from .autograd import Value as Value
from .autograd import no_grad as no_grad
from .backprop import BackpropResult as BackpropResult
from .backprop import backprop_demo as backprop_demo
from .boundaries import plot_decision_boundary as plot_decision_boundary
from .classify import PointsResult as PointsResult
from .classify import train_points as train_points
from .clipping import ClippingResult as ClippingResult
from .clipping import clipping_demo as clipping_demo
from .clouds import point_cloud as point_cloud
from .cluster import ClusterResult as ClusterResult
from .cluster import cluster_iris as cluster_iris
from .compute import DeviceReport as DeviceReport
from .compute import device_report as device_report
from .descent import compare_optimizers as compare_optimizers
from .descent_result import OptimizersResult as OptimizersResult
from .fitting import CurveResult as CurveResult
from .fitting import fit_curve as fit_curve
from .gradcheck import GradientCheck as GradientCheck
from .gradcheck import gradient_check as gradient_check
from .gradients import DepthResult as DepthResult
from .gradients import compare_depth as compare_depth
from .gridworld import GridWorld as GridWorld
from .iris import train_iris as train_iris
from .linear import fit_line as fit_line
from .linear import fit_linear_layer as fit_linear_layer
from .linear import step_limit as step_limit
from .lines import LineResult as LineResult
from .matrices import multiply_add as multiply_add
from .model_memory import MemoryResult as MemoryResult
from .model_memory import memory_needed as memory_needed
from .network import Network as Network
from .neuron import NeuronResult as NeuronResult
from .neuron import threshold_neuron as threshold_neuron
from .neuron_graph import NeuronGraphResult as NeuronGraphResult
from .neuron_graph import run_neuron_graph as run_neuron_graph
from .one_step import WorkedExample as WorkedExample
from .one_step import worked_example as worked_example
from .paths import count_paths as count_paths
from .perceptron import PerceptronResult as PerceptronResult
from .perceptron import perceptron_demo as perceptron_demo
from .planning import GridSolution as GridSolution
from .planning import value_iteration as value_iteration
from .processes import ProcessesResult as ProcessesResult
from .processes import compare_processes as compare_processes
from .puzzles import solve_judge_problem as solve_judge_problem
from .qlearning import QLearningResult as QLearningResult
from .qlearning import q_learning as q_learning
from .quantize import QuantizedMatrix as QuantizedMatrix
from .quantize import quantize_matrix as quantize_matrix
from .regularize import compare_regularization as compare_regularization
from .regularize_result import RegularizationResult as RegularizationResult
from .roofline import RooflineResult as RooflineResult
from .roofline import matrix_roofline as matrix_roofline
from .schedule_shapes import SchedulesResult as SchedulesResult
from .schedule_shapes import compare_schedules as compare_schedules
from .shapes import ShapesResult as ShapesResult
from .shapes import compare_shapes as compare_shapes
from .stacks import merge_linear as merge_linear
from .surfaces import Surface as Surface
from .threshold import ThresholdResult as ThresholdResult
from .threshold import learn_threshold as learn_threshold

__all__ = [
    "threshold_neuron",
    "NeuronResult",
    "perceptron_demo",
    "PerceptronResult",
    "backprop_demo",
    "BackpropResult",
    "worked_example",
    "WorkedExample",
    "Network",
    "point_cloud",
    "Value",
    "no_grad",
    "gradient_check",
    "GradientCheck",
    "count_paths",
    "run_neuron_graph",
    "NeuronGraphResult",
    "multiply_add",
    "compare_processes",
    "ProcessesResult",
    "solve_judge_problem",
    "GridWorld",
    "value_iteration",
    "GridSolution",
    "q_learning",
    "QLearningResult",
    "device_report",
    "DeviceReport",
    "matrix_roofline",
    "RooflineResult",
    "quantize_matrix",
    "QuantizedMatrix",
    "memory_needed",
    "MemoryResult",
    "fit_line",
    "fit_linear_layer",
    "step_limit",
    "LineResult",
    "train_points",
    "PointsResult",
    "merge_linear",
    "plot_decision_boundary",
    "learn_threshold",
    "ThresholdResult",
    "train_iris",
    "cluster_iris",
    "ClusterResult",
    "fit_curve",
    "CurveResult",
    "compare_shapes",
    "ShapesResult",
    "compare_optimizers",
    "OptimizersResult",
    "Surface",
    "compare_schedules",
    "SchedulesResult",
    "compare_depth",
    "DepthResult",
    "clipping_demo",
    "ClippingResult",
    "accumulation_demo",
    "AccumulationResult",
    "compare_regularization",
    "RegularizationResult",
]
