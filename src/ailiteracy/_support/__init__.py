"""What every subject needs and none teaches.

- ``checks``: argument checks that raise worded errors.
- ``chance``: numpy generators, and torch's seed set for a while and put back.
- ``devices``: which processor torch works on.
- ``files``: files that appear whole or not at all.
- ``downloads``: the cache folder, and fetching into it.
- ``figures``: figures with one look, fonts for Chinese, results shown in notebooks.
- ``language``: what readers are told, in another language.
- ``progress``: a bar in a terminal, silence elsewhere.
"""
