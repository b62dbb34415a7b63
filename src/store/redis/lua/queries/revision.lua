--- The revision of the latest commit.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- Reply: revision.
--- @include space

return space.latest()
