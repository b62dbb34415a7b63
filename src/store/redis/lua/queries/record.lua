--- One record.
---
--- KEYS[1]: the space. ARGV[1..4]: the time (tests only, else ""), retainMs, retainDeadMs, the database.
--- ARGV: key.
--- Reply: nil if there is none; else version, value.
--- @include args
--- @include keys
--- @include records

local key = args.text()
local version, value = records.read(key, redis.call("HGET", keys.records, key))
return version and { version, value } or false
