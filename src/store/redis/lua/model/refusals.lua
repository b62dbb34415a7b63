--- A call that is refused changes nothing: all writes wait in the draft until the last decision is made.

local refusals = {}

--- Ends the call. `…` are names and values of what it is about.
function refusals.refuse(code, message, ...)
  error({ refusal = { "!", code, message, ... } })
end

return refusals
