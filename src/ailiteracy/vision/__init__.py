"""From pixels to labels: residual networks on small pictures.

Start with ``train_resnet()``, which learns to read handwritten digits without downloading anything. In reading order:

- ``pictures``: from anything that is a picture to the bytes a network reads.
- ``picture_files``: picture files as a data set, read when asked for.
- ``folders``: pictures of your own, one folder for each class.
- ``tiny_imagenet``: Tiny ImageNet as it comes, nothing moved.
- ``sources``: MNIST, Fashion-MNIST and CIFAR-10, where they come from and how their files are laid out.
- ``datasets``: ``load_images``, pictures with labels in memory.
- ``models``: all networks by name; ``build_model``.
- ``picture_net``: what they have in common.
- ``ladder``: from one layer to a stack of convolutions.
- ``residual``: residual blocks and the networks made of them.
- ``pretrained``: weights learned from a million photos.
- ``whitening``: a first layer that is computed, not learned.
- ``speed_net``: a small network that learns in minutes.
- ``muon``: an optimizer whose steps use every direction.
- ``augment``: random changes that keep the label.
- ``augment_warp``: pictures turned.
- ``augment_colour``: pictures in another light.
- ``augment_trivial``: one random change for each picture.
- ``joint``: boxes and masks changed together with their picture.
- ``augment_sheet``: a figure of what random changes do.
- ``recipes``: optimizer, schedule, loss and random changes.
- ``picture_rows``: a set divided without a copy, its pictures fetched batch by batch.
- ``resnet``: ``train_resnet``.
- ``result``: a training result that can show pictures.
- ``predict``: asking a trained network about files, folders and arrays.
- ``ensemble``: several networks that answer together.
- ``mistakes``: where a network goes wrong.
- ``convolution``: convolution, pooling and the size that comes out, by hand.
- ``receptive``: how much of the picture one number in a deep layer knows.
- ``feature_maps``: what a layer makes of a picture: kernels and feature maps.
- ``saliency``: which pixels decided: gradients and Grad-CAM.
- ``projection``: the features of many pictures, drawn in a plane.
- ``comparison``: ``compare_models``, several networks on the same pictures, fairly.
- ``throughput``: how many pictures a second this machine trains on.
- ``transfer``: a network that knows other pictures, made to fit new ones.
- ``transfer_comparison``: what such a head start is worth.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
