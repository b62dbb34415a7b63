--- Makes the writes that wait. May be called again after more of them.
--- @include space
--- @include rows
--- @include indexes

local draft = {}

function draft.flush()
  local wroteRows = rows.flush()
  local wroteIndexes = indexes.flush()
  space.save(wroteRows or wroteIndexes)
end

return draft
