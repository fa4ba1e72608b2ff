"""Our recipes beside the training loop of the course notes, written plainly: torchvision's transforms, one by one.

    python benchmarks/vision_against_notes.py mnist --data-dir ~/data --pictures 512 --pairs 3
    python benchmarks/vision_against_notes.py mnist --data-dir ~/data --reach 0.97

The first form counts training pictures a second for the same network (ResNet-18 as torchvision builds it for the notes,
ours with the stem of photos, so that both compute the same) and the same random changes: grey pictures are turned by up
to 10 degrees; colour ones are cropped, mirrored, turned, and get another light. Neither has a validation part. The
second form trains until the test accuracy is reached: the notes' way epoch by epoch on as many pictures, ours by the
fast recipe in one go. One thread each, taken in turns. The notes' two loader processes are left out: their work would
not be counted.
"""

import argparse
import statistics
import time

import torch
import torchvision
from torch import nn
from torchvision import transforms

from ailiteracy import training, vision
from ailiteracy.vision.recipes import MIRRORED, course_change, recipe_for

HALF = 0.5  # the notes' mean and spread of every channel


class Pictures(torch.utils.data.Dataset):
    """PIL pictures, opened, changed and turned into tensors one at a time, as torchvision's own sets do."""

    def __init__(self, images, labels):
        self.images = [transforms.functional.to_pil_image(image) for image in images]
        self.labels, self.transform = labels.tolist(), notes_changes(*images.shape[1:3])

    def __len__(self):
        return len(self.images)

    def __getitem__(self, row):
        return self.transform(self.images[row]), self.labels[row]


def notes_changes(channels, side):
    """Return the notes' random changes: those of their MNIST program for grey pictures, of CIFAR-10's for colour."""
    steps = [transforms.RandomRotation(10)]
    if channels == 3:
        light = transforms.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2, hue=0.2)
        steps = [transforms.RandomCrop(side, padding=4), transforms.RandomHorizontalFlip(), *steps, light]
    halves = [HALF] * channels
    return transforms.Compose([*steps, transforms.ToTensor(), transforms.Normalize(halves, halves)])


def notes_network(channels):
    """Return the notes' ResNet-18: torchvision's, with ten classes and the channels of the pictures."""
    network = torchvision.models.resnet18(num_classes=10)
    if channels == 1:
        network.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
    return network


def notes_epoch(network, loader, optimizer):
    """Train for one epoch in the notes' way: rate 0.01 throughout, the loss read back after every batch."""
    network.train()
    total = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        outputs = network(images)
        loss = nn.functional.cross_entropy(outputs, labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)


def notes_training(data, seed=0):
    """Return a function that trains for one epoch, and the network."""
    torch.manual_seed(seed)
    network = notes_network(data.train_images.shape[1])
    pictures = Pictures(data.train_images, data.train_labels)
    loader = torch.utils.data.DataLoader(pictures, batch_size=128, shuffle=True)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    return lambda: notes_epoch(network, loader, optimizer), network


def our_training(data):
    """Return a function that trains the same network for one epoch by the course recipe."""
    _, channels, *size = data.train_images.shape
    network = vision.build_model("resnet18", stem="imagenet", classes=data.classes, channels=channels, size=tuple(size))
    change = course_change(data.name, tuple(size), flip=data.name in MIRRORED)
    batches = training.Batches(data.train_images, data.train_labels, batch_size=128, shuffle=True, transform=change)
    plan = recipe_for("course", network, 128)
    return lambda: training.fit(network, batches, epochs=1, progress=False, device="cpu", **plan)


def processor_seconds(work):
    started = time.process_time()
    work()
    return time.process_time() - started


def speed(data, pairs):
    """Print training pictures a second of both, in turns."""
    (epoch, _), our_epoch = notes_training(data), our_training(data)
    ratios = []
    for pair in range(pairs + 1):
        notes, ours = processor_seconds(epoch), processor_seconds(our_epoch)
        if pair:  # the first pair warms up
            ratios.append(notes / ours)
            n = len(data.train_images)
            print(f"notes {n / notes:.0f}, ours {n / ours:.0f} pictures a second: {notes / ours:.2f} times", flush=True)
    print(f"median {statistics.median(ratios):.2f} times ({min(ratios):.2f} to {max(ratios):.2f}, n = {pairs} pairs)")


def reach(data, accuracy, most_epochs):
    """Print the processor seconds both need to an accuracy on the test pictures."""
    started = time.process_time()
    result = vision.train_resnet(data, epochs=1, device="cpu", progress=False)
    ours = time.process_time() - started
    print(f"ours, fast recipe, 1 epoch: {result.test_accuracy:.4f} after {ours:.0f} s of processor time", flush=True)
    epoch, network = notes_training(data)
    seconds = 0.0
    test = (data.test_images.float() / 255 - HALF) / HALF
    for number in range(1, most_epochs + 1):
        seconds += processor_seconds(epoch)
        found = training.evaluate(
            network, training.Batches(test, data.test_labels, batch_size=256), device="cpu"
        ).accuracy
        print(f"notes, epoch {number}: {found:.4f} after {seconds:.0f} s, {seconds / ours:.1f} times ours", flush=True)
        if found >= min(accuracy, result.test_accuracy):
            break


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--data-dir")
    parser.add_argument("--pictures", type=int, help="train on the first so many only")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--reach", type=float, help="test accuracy to be reached by both")
    parser.add_argument("--most-epochs", type=int, default=10)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    data = vision.load_images(arguments.dataset, data_dir=arguments.data_dir)
    if arguments.pictures:
        n = arguments.pictures
        parts = data.train_images[:n].clone(), data.train_labels[:n], data.test_images, data.test_labels
        data = vision.ImageData(data.name, *parts, data.classes)
    print(f"{data} torch {torch.__version__}, one thread")
    if arguments.reach is None:
        speed(data, arguments.pairs)
    else:
        reach(data, arguments.reach, arguments.most_epochs)


if __name__ == "__main__":
    main()
