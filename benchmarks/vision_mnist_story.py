"""What does each step from one layer to our MNIST recipe bring? The numbers behind the example "the MNIST story".

    python benchmarks/vision_mnist_story.py --data-dir ~/data --pictures 2000 --epochs 4 --seeds 3

Nine trainings on the same few pictures, for the same number of epochs, tested on all 10,000 test pictures. The first is
the notes' loop with the notes' network, without the 46 epochs. The next four change the network, trained by plain
descent; the others keep the last network and add one idea each. Results are written after every run, to the file that
the example reads; a run that is there is not repeated.
"""

import argparse
import functools
import pathlib

import torch
from torch.nn import functional as F
from vision_ablation import measure, small
from vision_against_notes import notes_training

from ailiteracy import training, vision
from ailiteracy.vision.picture_rows import picture_batches
from ailiteracy.vision.recipes import falling, optimizer_for, random_change

NETWORKS = {"one layer": "softmax_regression", "three layers": "mlp", "LeNet": "lenet", "our network": "speednet_small"}
IDEAS = ("shifts", "falling rate", "computed first layer", "smooth labels", "Muon")
RUNGS = ("the notes' ResNet-18", *NETWORKS, *IDEAS)
FILE = pathlib.Path(vision.__file__).parent / "_mnist_story.json"
BATCH = 50  # small batches: even a short training has some steps


def notes_run(data, *, epochs, seed):
    """Return the test accuracy of the notes' network after a few epochs of the notes' loop."""
    epoch, network = notes_training(data, seed)
    for _ in range(epochs):
        epoch()
    pictures = (data.test_images.float() / 255 - 0.5) / 0.25
    test = training.Batches(pictures, data.test_labels, batch_size=256)
    return training.evaluate(network, test, device="cpu").accuracy


def network_for(data, name, ideas, seed):
    """Return a new network, its first layer computed or learned."""
    pixels = data.train_images.float() / 255
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        picture = {"mean": float(pixels.mean()), "std": float(pixels.std()), "classes": data.classes}
        network = vision.build_model(name, channels=1, size=(28, 28), **picture)
    if "computed first layer" in ideas:
        network.whiten_from(data.train_images)
    elif name == "speednet_small":
        network.whiten.weight.requires_grad_(True)
    return network


def our_run(data, name, ideas, *, epochs, seed):
    """Return the test accuracy of one training of a network by plain descent and these ideas."""
    network = network_for(data, name, ideas, seed)
    change = random_change("mnist", (28, 28), flip=False, quick=True) if "shifts" in ideas else None
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    plain = torch.optim.SGD(weights, lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    options = {"change": change, "batch_size": BATCH, "shuffle": True, "seed": seed}
    result = training.fit(
        network,
        picture_batches(data.train_images, data.train_labels, torch.arange(len(data.train_images)), **options),
        test=training.Batches(data.test_images, data.test_labels, batch_size=256),
        loss=functools.partial(F.cross_entropy, label_smoothing=0.2 if "smooth labels" in ideas else 0.0),
        optimizer=optimizer_for(network, BATCH) if "Muon" in ideas else plain,
        schedule=falling if "falling rate" in ideas else training.constant,
        epochs=epochs,
        seed=seed,
        device="cpu",
        progress=False,
    )
    return result.test_accuracy


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir")
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0")
    parser.add_argument("--output", type=pathlib.Path, default=FILE)
    arguments = parser.parse_args()
    whole = vision.load_images("mnist", data_dir=arguments.data_dir)
    data = small(whole, arguments.pictures, len(whole.test_images))
    settings = {"pictures": arguments.pictures, "epochs": arguments.epochs, "test pictures": len(data.test_images)}

    def run_one(rung, seed):
        if rung == 0:
            return notes_run(data, epochs=arguments.epochs, seed=seed)
        name = list(NETWORKS.values())[min(rung, len(NETWORKS)) - 1]
        return our_run(data, name, IDEAS[: max(0, rung - len(NETWORKS))], epochs=arguments.epochs, seed=seed)

    measure(RUNGS, run_one, settings=settings, n_seeds=arguments.seeds, output=arguments.output)


if __name__ == "__main__":
    main()
