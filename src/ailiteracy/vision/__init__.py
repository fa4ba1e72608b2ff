"""From pixels to labels: residual networks on small pictures.

Start with ``train_resnet()``, which learns to read handwritten digits without downloading anything. In reading order:

- ``pictures``: from anything that is a picture to the bytes a network reads.
- ``folders``: pictures of your own, one folder for each class.
- ``sources``: MNIST, Fashion-MNIST and CIFAR-10, where they come from and how their files are laid out.
- ``datasets``: ``load_images``, pictures with labels in memory.
- ``models``: the residual block and the networks made of it.
- ``augment``: random changes that keep the label.
- ``resnet``: ``train_resnet`` and its recipes.
- ``result``: a training result that can show pictures.
- ``predict``: asking a trained network about a picture file.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
