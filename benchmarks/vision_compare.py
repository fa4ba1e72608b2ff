"""The notes' comparison of three networks on Fashion-MNIST, made fairly.

    python benchmarks/vision_compare.py fashion_mnist --data-dir ~/data --pictures 20000 --epochs 3 --seeds 3

Networks, batches of 32, descent with rate 0.1 and three epochs are the notes'. What differs: every network sees the
same pictures in the same order with several seeds, every test picture counts once, and the network with a ReLU on its
logits stands beside the one without. The test part is whole.
"""

import argparse
import dataclasses
import time

import torch

from ailiteracy import vision


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="fashion_mnist")
    parser.add_argument("--data-dir")
    parser.add_argument("--pictures", type=int, help="train on so many, drawn by a fixed seed; default: all")
    parser.add_argument("--models", nargs="+", default=["linear", "relu", "relu_on_logits", "tinyvgg"])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0")
    arguments = parser.parse_args()
    data = vision.load_images(arguments.dataset, data_dir=arguments.data_dir)
    rows = torch.randperm(len(data.train_images), generator=torch.Generator().manual_seed(0))[: arguments.pictures]
    data = dataclasses.replace(data, train_images=data.train_images[rows], train_labels=data.train_labels[rows])
    print(f"{data} {torch.get_num_threads()} thread(s)", flush=True)
    started = time.process_time()
    options = {"n_seeds": arguments.seeds, "epochs": arguments.epochs, "device": "cpu", "progress": False}
    result = vision.compare_models(data, models=tuple(arguments.models), **options)
    print(result.table())
    for name, accuracies in zip(result.names, result.accuracies, strict=True):
        print(f"{name:15} {' '.join(f'{accuracy:.4f}' for accuracy in accuracies)} (seeds 0 to {arguments.seeds - 1})")
    print(f"{time.process_time() - started:.0f} s of processor time")


if __name__ == "__main__":
    main()
