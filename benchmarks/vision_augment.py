"""Random crop, mirror and normalisation of 32 x 32 colour pictures: one by one through PIL, and as whole batches.

    OMP_NUM_THREADS=1 python benchmarks/vision_augment.py [--pictures 4096] [--rounds 7]

Both sides make the same tensors from the same bytes: a frame of 4 black pixels, a crop of 32 by 32, a mirror for half
of the pictures, floats, mean and spread of CIFAR-10. The plain side is the usual pipeline of torchvision's transforms
on PIL pictures that are decoded already. Rounds alternate; times are processor time, and the median of the ratios is
reported. The pictures are those of CIFAR-10 when they are in the folder of real data, else random ones: the time does
not depend on what they show.
"""

import argparse
import os
import pathlib
import statistics
import time

import numpy as np
import torch
from PIL import Image
from torchvision import transforms

from ailiteracy.vision import augment, augment_colour, augment_trivial, augment_warp

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
BATCH = 128
PLAIN = transforms.Compose([
    transforms.RandomCrop(32, padding=4),
    transforms.RandomHorizontalFlip(),
    transforms.ToTensor(),
    transforms.Normalize(MEAN, STD),
])  # fmt: skip
mean, std = (255 * torch.tensor(values)[:, None, None] for values in (MEAN, STD))


def read_pictures(n):
    """Return n pictures of CIFAR-10 as PIL pictures, or random ones."""
    root = pathlib.Path(os.environ.get("AILITERACY_REAL_DATA", "~/.cache/ailiteracy-real-data")).expanduser()
    files = sorted(root.glob("cifar10/train/*/*.jpg"))
    if len(files) >= n:
        return "CIFAR-10", [Image.open(path).convert("RGB") for path in files[:: len(files) // n][:n]]
    pixels = np.random.default_rng(0).integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
    return "random", [Image.fromarray(picture) for picture in pixels]


def one_by_one(pictures):
    for start in range(0, len(pictures), BATCH):
        torch.stack([PLAIN(picture) for picture in pictures[start : start + BATCH]])


def in_batches(images, generator, change):
    for batch in images.split(BATCH):
        changed = change(batch, generator)
        (changed - mean).div_(std)


def crop_and_flip(images, generator):
    return augment.random_flip(augment.random_shift(images, generator, pixels=4, padding="zeros"), generator)


def seconds(work, *arguments):
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--pictures", type=int, default=4096)
parser.add_argument("--rounds", type=int, default=7)
options = parser.parse_args()

kind, pictures = read_pictures(options.pictures)
images = torch.stack([torch.from_numpy(np.array(picture)).permute(2, 0, 1) for picture in pictures]).contiguous()
generator = torch.Generator().manual_seed(0)
n = len(pictures)
for work in ((one_by_one, pictures[:BATCH]), (in_batches, images, generator, crop_and_flip)):  # once for warming up
    seconds(*work)

slow, fast = [], []
for _ in range(options.rounds):
    slow.append(seconds(one_by_one, pictures))
    fast.append(seconds(in_batches, images, generator, crop_and_flip))
ratios = [a / b for a, b in zip(slow, fast, strict=True)]
print(f"{n:,} {kind} pictures, batches of {BATCH}, {torch.get_num_threads()} thread(s), {options.rounds} rounds")
print(f"one by one (PIL):   {n / statistics.median(slow):>10,.0f} pictures a second")
print(f"whole batches:      {n / statistics.median(fast):>10,.0f} pictures a second")
print(f"ratio:              {statistics.median(ratios):>10.1f} (from {min(ratios):.1f} to {max(ratios):.1f})")

changes = {
    "random_shift": lambda images, generator: augment.random_shift(images, generator, pixels=4, padding="reflect"),
    "random_flip": augment.random_flip,
    "cutout": lambda images, generator: augment.cutout(images, generator, size=8),
    "random_rotate": lambda images, generator: augment_warp.random_rotate(images, generator, degrees=10),
    "color_jitter": lambda images, generator: augment_colour.color_jitter(
        images, generator, brightness=0.2, contrast=0.2, saturation=0.2
    ),
    "color_jitter, hue": lambda images, generator: augment_colour.color_jitter(images, generator, hue=0.1),
    "trivial_augment": augment_trivial.trivial_augment,
}
print("\neach change alone, with normalisation:")
for name, change in changes.items():
    taken = statistics.median(seconds(in_batches, images, generator, change) for _ in range(3))
    print(f"{name:<19} {n / taken:>10,.0f} pictures a second")
