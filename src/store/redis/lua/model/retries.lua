--- Failures and losses of items, up to their limits.
--- @include states

local retries = {}

--- The handler failed: the item goes back, or dies at the limit.
function retries.countFailure(item)
  item.failures = item.failures + 1
  if item.failures < bounds.failures then
    states.place(item)
  else
    states.die(item, "failures")
  end
end

--- The holder is gone: the item goes back, or dies at the limit, before it runs again.
function retries.countLoss(item)
  item.losses = item.losses + 1
  if item.losses < bounds.losses then
    states.place(item)
  else
    states.die(item, "losses")
  end
end

return retries
