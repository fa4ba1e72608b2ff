from .datasets import ImageData as ImageData
from .datasets import load_images as load_images
from .models import ResidualBlock as ResidualBlock
from .models import ResNet as ResNet
from .predict import Prediction as Prediction
from .predict import load_model as load_model
from .predict import predict_file as predict_file
from .resnet import train_resnet as train_resnet
from .result import ImageResult as ImageResult

__all__ = [
    "train_resnet",
    "load_images",
    "load_model",
    "predict_file",
    "ImageResult",
    "ImageData",
    "Prediction",
    "ResNet",
    "ResidualBlock",
]
