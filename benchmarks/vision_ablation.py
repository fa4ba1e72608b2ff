"""What does each idea of the fast recipe bring? From a plain training to the whole recipe, one idea at a time.

    python benchmarks/vision_ablation.py path/to/cifar10 --pictures 1500 --epochs 4 --seeds 3

Every rung keeps the ideas of the rungs before it. All rungs of a seed train the same network on the same pictures, for
the same number of epochs; the accuracy is that on the first 1,000 test pictures of a fixed random order. The results
are written after every run, to the file that the example "the CIFAR story" reads; a run that is there is not repeated.
"""

import argparse
import functools
import json
import pathlib
import statistics
import time

import torch
from torch.nn import functional as F

from ailiteracy import training, vision
from ailiteracy.vision.augment import random_flip, random_shift
from ailiteracy.vision.picture_rows import picture_batches
from ailiteracy.vision.recipes import falling, optimizer_for

IDEAS = (
    "falling rate",
    "flips",
    "shifts",
    "whitening",
    "smooth labels",
    "Muon",
    "alternating flips",
    "test-time flips",
    "test-time shifts",
)
FILE = pathlib.Path(vision.__file__).parent / "_cifar_story.json"
N_TEST, BATCH = 1000, 50  # small batches: even a short training has some steps


def network_for(images, ideas, classes, seed):
    """Return the small speed net, with a first layer that is computed or one that is learned."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        planes = images.float() / 255
        picture = {"channels": 3, "size": (32, 32), "mean": planes.mean((0, 2, 3)), "std": planes.std((0, 2, 3))}
        views = {"mirror": "test-time flips" in ideas, "shift": "test-time shifts" in ideas}
        network = vision.SpeedNet("speednet_small", classes=classes, **views, **picture)
    if "whitening" in ideas:
        network.whiten_from(images)
    else:
        network.whiten.weight.requires_grad_(True)
    return network


def batches_for(images, labels, ideas, seed):
    """Return training batches with the random changes among the ideas."""

    def change(batch, generator):
        if "shifts" in ideas:
            batch = random_shift(batch, generator, pixels=2, padding="reflect")
        return random_flip(batch, generator) if "flips" in ideas and "alternating flips" not in ideas else batch

    options = {"change": change, "turns": "alternating flips" in ideas, "batch_size": BATCH, "shuffle": True}
    return picture_batches(images, labels, torch.arange(len(images)), seed=seed, **options)


def run(data, ideas, *, epochs, seed):
    """Return the test accuracy of one training with these ideas."""
    network = network_for(data.train_images, ideas, data.classes, seed)
    if "Muon" in ideas:
        optimizer = optimizer_for(network, BATCH)
    else:
        weights = [weight for weight in network.parameters() if weight.requires_grad]
        optimizer = torch.optim.SGD(weights, lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    smoothing = 0.2 if "smooth labels" in ideas else 0.0
    result = training.fit(
        network,
        batches_for(data.train_images, data.train_labels, ideas, seed),
        test=training.Batches(data.test_images, data.test_labels, batch_size=256),
        loss=functools.partial(F.cross_entropy, label_smoothing=smoothing),
        optimizer=optimizer,
        schedule=falling if "falling rate" in ideas else training.constant,
        epochs=epochs,
        seed=seed,
        progress=False,
    )
    return result.test_accuracy


def small(data, n_pictures, n_test):
    """Return a part of the set, the same every time."""
    generator = torch.Generator().manual_seed(0)
    train = torch.randperm(len(data.train_images), generator=generator)[:n_pictures]
    test = torch.randperm(len(data.test_images), generator=generator)[:n_test]
    parts = data.train_images[train], data.train_labels[train], data.test_images[test], data.test_labels[test]
    return vision.ImageData(data.name, *parts, data.classes)


def measure(rungs, run_one, *, settings, n_seeds, output):
    """Run every rung with every seed that is not there yet, write each accuracy, and print means and spreads."""
    story = {"settings": settings, "ideas": list(rungs), "accuracies": {}}
    if output.exists():
        before = json.loads(output.read_text())
        known = before["ideas"]  # a rung depends on those before it only: new ones may follow
        if before["settings"] == settings and known == story["ideas"][: len(known)]:
            story["accuracies"] = before["accuracies"]
    for seed in range(n_seeds):
        for rung, name in enumerate(story["ideas"]):
            done = story["accuracies"].setdefault(name, {})
            if str(seed) not in done:
                started = time.process_time()
                done[str(seed)] = round(run_one(rung, seed), 4)
                seconds = time.process_time() - started
                print(f"seed {seed}, + {name}: {done[str(seed)]:.4f} ({seconds:.0f} s of processor time)", flush=True)
                output.parent.mkdir(parents=True, exist_ok=True)
                output.write_text(json.dumps(story, indent=1) + "\n")
    for name, done in story["accuracies"].items():
        spread = statistics.stdev(done.values()) if len(done) > 1 else 0.0
        print(f"{name:24s} {statistics.mean(done.values()):.4f} +- {spread:.4f} (n = {len(done)})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", help="the folder of CIFAR-10's pictures")
    parser.add_argument("--pictures", type=int, default=1500)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0")
    parser.add_argument("--output", type=pathlib.Path, default=FILE)
    arguments = parser.parse_args()
    data = small(vision.load_images(arguments.dataset), arguments.pictures, N_TEST)
    settings = {"pictures": arguments.pictures, "epochs": arguments.epochs, "test pictures": N_TEST}

    def run_one(rung, seed):
        return run(data, IDEAS[:rung], epochs=arguments.epochs, seed=seed)

    measure(("plain", *IDEAS), run_one, settings=settings, n_seeds=arguments.seeds, output=arguments.output)


if __name__ == "__main__":
    main()
