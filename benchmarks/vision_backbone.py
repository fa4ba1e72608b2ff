"""Train the small network that comes with the package as a start for other tasks, and write its file.

    python benchmarks/vision_backbone.py path/to/cifar10 --epochs 8

The folder holds train/ and test/ with one folder of pictures for each class. Convolutions are written with 16 bits a
weight, everything else with 32; the accuracy that is printed and kept in the file is that of the rounded weights.
"""

import argparse
import json
import pathlib

import numpy as np
from safetensors.torch import save_file

from ailiteracy import vision

PLACE = pathlib.Path(vision.__file__).parent / "_backbone.safetensors"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", help="the folder of CIFAR-10's pictures")
    parser.add_argument("--model", default="resnet8")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path, default=PLACE)
    arguments = parser.parse_args()

    data = vision.load_images(arguments.dataset)
    print(data, flush=True)
    result = vision.train_resnet(data, model=arguments.model, epochs=arguments.epochs, seed=arguments.seed)
    print(result, flush=True)

    # Round as the file will, and test what the file will hold.
    weights = result.model.cpu().state_dict()
    kept = {name: values.half() if values.ndim == 4 else values for name, values in weights.items()}
    result.model.load_state_dict({name: values.to(weights[name].dtype) for name, values in kept.items()})
    accuracy = float(np.mean(result.model.predict(data.test_images) == data.test_labels.numpy()))
    story = {
        "architecture": json.dumps(result.model.architecture),
        "call": f"train_resnet(cifar10, model={arguments.model!r}, epochs={arguments.epochs}, seed={arguments.seed})",
        "command": f"python benchmarks/vision_backbone.py cifar10 --model {arguments.model} "
        f"--epochs {arguments.epochs} --seed {arguments.seed}",
        "pictures": "CIFAR-10 (Krizhevsky 2009), saved as JPEG of quality 75: 50,000 to train on",
        "seconds": f"{result.seconds:.0f}",
        "test_accuracy": f"{accuracy:.4f}",
    }
    save_file({name: values.contiguous() for name, values in kept.items()}, arguments.output, metadata=story)
    print(story)
    print(f"{arguments.output.name}: {arguments.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
