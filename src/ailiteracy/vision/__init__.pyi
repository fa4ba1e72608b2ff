from .augment import alternating_flip as alternating_flip
from .augment import cutout as cutout
from .augment import mixup as mixup
from .augment import random_flip as random_flip
from .augment import random_shift as random_shift
from .augment_colour import color_jitter as color_jitter
from .augment_sheet import augmentation_sheet as augmentation_sheet
from .augment_trivial import trivial_augment as trivial_augment
from .augment_warp import random_rotate as random_rotate
from .comparison import ModelComparison as ModelComparison
from .comparison import compare_models as compare_models
from .convolution import convolve as convolve
from .convolution import max_pool as max_pool
from .convolution import output_size as output_size
from .datasets import ImageData as ImageData
from .datasets import load_images as load_images
from .ensemble import Ensemble as Ensemble
from .feature_maps import FeatureMaps as FeatureMaps
from .feature_maps import layer_maps as layer_maps
from .folders import open_class_folders as open_class_folders
from .joint import augment_boxes as augment_boxes
from .joint import augment_mask as augment_mask
from .joint import flip_boxes as flip_boxes
from .mistakes import PredictionReview as PredictionReview
from .mistakes import review_predictions as review_predictions
from .models import SpeedNet as SpeedNet
from .models import build_model as build_model
from .muon import Muon as Muon
from .picture_files import PictureFiles as PictureFiles
from .pictures import read_picture as read_picture
from .predict import Prediction as Prediction
from .predict import load_model as load_model
from .predict import predict_file as predict_file
from .predict import predict_images as predict_images
from .pretrained import load_pretrained as load_pretrained
from .projection import Projection as Projection
from .projection import project_features as project_features
from .receptive import FieldRow as FieldRow
from .receptive import receptive_field as receptive_field
from .residual import Bottleneck as Bottleneck
from .residual import ResidualBlock as ResidualBlock
from .residual import ResNet as ResNet
from .resnet import train_resnet as train_resnet
from .result import ImageResult as ImageResult
from .saliency import HeatMap as HeatMap
from .saliency import grad_cam as grad_cam
from .saliency import saliency_map as saliency_map
from .throughput import SpeedRow as SpeedRow
from .throughput import Throughput as Throughput
from .throughput import measure_throughput as measure_throughput
from .tiny_imagenet import open_tiny_imagenet as open_tiny_imagenet
from .transfer import fine_tune as fine_tune
from .transfer import layer_rates as layer_rates
from .transfer import load_backbone as load_backbone
from .transfer import replace_head as replace_head
from .transfer_comparison import TransferComparison as TransferComparison
from .transfer_comparison import compare_transfer as compare_transfer
from .whitening import whitening_filters as whitening_filters

__all__ = [
    "train_resnet",
    "load_images",
    "read_picture",
    "open_class_folders",
    "PictureFiles",
    "open_tiny_imagenet",
    "random_flip",
    "alternating_flip",
    "random_shift",
    "cutout",
    "mixup",
    "random_rotate",
    "color_jitter",
    "trivial_augment",
    "augmentation_sheet",
    "augment_boxes",
    "augment_mask",
    "flip_boxes",
    "load_model",
    "predict_file",
    "ImageResult",
    "ImageData",
    "Prediction",
    "ResNet",
    "ResidualBlock",
    "Bottleneck",
    "build_model",
    "load_pretrained",
    "Ensemble",
    "whitening_filters",
    "SpeedNet",
    "Muon",
    "output_size",
    "convolve",
    "max_pool",
    "receptive_field",
    "FieldRow",
    "layer_maps",
    "FeatureMaps",
    "saliency_map",
    "grad_cam",
    "HeatMap",
    "predict_images",
    "project_features",
    "Projection",
    "compare_models",
    "ModelComparison",
    "measure_throughput",
    "Throughput",
    "SpeedRow",
    "load_backbone",
    "fine_tune",
    "replace_head",
    "layer_rates",
    "compare_transfer",
    "TransferComparison",
    "review_predictions",
    "PredictionReview",
]
