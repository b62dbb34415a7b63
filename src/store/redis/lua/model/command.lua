--- What every command does around its own work: it answers a refusal, and tells the revision that it took.
--- @include space
--- @include keys

local command = {}

--- Runs `work`, which returns the reply. Its first element is set here: the revision that the call took, 0 if none.
--- A call that is refused replies `"!", code, message, name, value, …`.
function command.run(work)
  local done, reply = pcall(work)
  if not done then
    if type(reply) == "table" then
      return reply.refusal
    end
    -- The server's `pcall` makes text of an error reply: it goes on as the reply that it was.
    error(string.find(reply, "^%u+ ") and { err = reply } or reply, 0)
  end
  reply[1] = 0
  if space.isRevised() then
    reply[1] = space.revision()
    -- A hint: whoever hears it reads the truth.
    redis.call("PUBLISH", keys.revisions, reply[1])
  end
  return reply
end

return command
