--- The rows of leases.
--- @include space
--- @include keys
--- @include rows
--- @include indexes

local leases = {}

--- The lease, run out or not; `nil` if there is none.
function leases.get(name)
  local text = rows.get(keys.leases, name)
  if text == nil then
    return nil
  end
  local owner, token, deadlineMs = cmsgpack.unpack(text)
  return { owner = owner, token = token, deadlineMs = deadlineMs }
end

--- The same if it still stands under this token.
function leases.held(name, token)
  local lease = leases.get(name)
  return lease and lease.token == token and lease.deadlineMs > space.nowMs and lease or nil
end

local function put(name, lease)
  rows.put(keys.leases, name, cmsgpack.pack(lease.owner, lease.token, lease.deadlineMs))
end

--- The new token, `nil` while someone else holds the name. A lease has one entry in the expiry index, made with its
--- first token; renewals do not move it.
function leases.acquire(name, owner, ttlMs)
  local lease = leases.get(name)
  if lease and lease.owner ~= owner and lease.deadlineMs > space.nowMs then
    return nil
  end
  local token, deadlineMs = space.nextToken(), space.nowMs + ttlMs
  if lease == nil then
    indexes.put(keys.expiry, "lease/" .. name, indexes.instant(deadlineMs))
  end
  put(name, { owner = owner, token = token, deadlineMs = deadlineMs })
  space.revision()
  return token
end

--- The new token, `nil` if the name is not held under the expected one.
function leases.seize(name, expectedToken, owner, ttlMs)
  local lease = leases.held(name, expectedToken)
  if lease == nil then
    return nil
  end
  local token = space.nextToken()
  put(name, { owner = owner, token = token, deadlineMs = space.nowMs + ttlMs })
  space.revision()
  return token
end

--- False: it is no longer held.
function leases.renew(name, token, ttlMs)
  local lease = leases.held(name, token)
  if lease == nil then
    return false
  end
  lease.deadlineMs = space.nowMs + ttlMs
  put(name, lease)
  return true
end

--- False: it was no longer held.
function leases.release(name, token)
  if leases.held(name, token) == nil then
    return false
  end
  rows.remove(keys.leases, name)
  indexes.remove(keys.expiry, "lease/" .. name)
  space.revision()
  return true
end

--- Forgets a lease that ran out; one that was renewed is looked at again when it runs out.
function leases.expire(name)
  local lease = leases.get(name)
  if lease == nil then
    return
  end
  if lease.deadlineMs <= space.nowMs then
    rows.remove(keys.leases, name)
  else
    indexes.put(keys.expiry, "lease/" .. name, indexes.instant(lease.deadlineMs))
  end
end

return leases
