"""What is a head start worth? The shipped network against the same network from scratch, on few pictures of each class.

    python benchmarks/vision_transfer.py fashion_mnist --data-dir ~/data --n-per-class 10 --seeds 5
    python benchmarks/vision_transfer.py digits --ways scratch head layers all

The test is the set's whole test part. A seed draws the training pictures, the last layer and their order.
"""

import argparse

import torch

from ailiteracy import vision


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="digits")
    parser.add_argument("--data-dir")
    parser.add_argument("--n-per-class", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds, from 0")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--ways", nargs="+", default=["scratch", "head", "layers"])
    arguments = parser.parse_args()

    data = vision.load_images(arguments.dataset, data_dir=arguments.data_dir)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} thread(s). {data}", flush=True)
    for way in arguments.ways:
        result = vision.compare_transfer(
            data,
            ways=(way,),
            n_per_class=arguments.n_per_class,
            n_seeds=arguments.seeds,
            epochs=arguments.epochs,
        )
        print(way, *(f"{accuracy:.4f}" for accuracy in result.accuracies[0]), flush=True)
        print(result.table().splitlines()[1], flush=True)


if __name__ == "__main__":
    main()
