--- The revision of the latest commit.
---
--- KEYS[1]: the space. ARGV[1..3]: the time (tests only, else ""), retainMs, retainDeadMs.
--- Reply: revision.
--- @include space

return space.latest()
