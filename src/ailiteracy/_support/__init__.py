"""What every subject needs and none teaches.

- ``checks``: argument checks that raise worded errors.
- ``arrays``: arrays from lists and tensors of every kind.
- ``chance``: numpy generators, and torch's seed set for a while and put back.
- ``devices``: which processor torch works on.
- ``files``: files that appear whole or not at all.
- ``locks``: one process at a time.
- ``downloads``: the cache folder, and fetching into it.
- ``figures``: figures with one look, fonts for Chinese, results shown in notebooks.
- ``language``: what readers are told, in another language.
- ``progress``: a bar in a terminal, silence elsewhere.
"""
