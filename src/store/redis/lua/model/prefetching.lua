--- Reads what a commit will look at, a queue and its items at once, before the first change is applied.
--- @include items
--- @include keys
--- @include rows

local prefetching = {}

--- How many arguments follow the type of a change, or the kind of a guard.
local width = { add = 4, finish = 5, checkpoint = 4, release = 6, seal = 5, put = 4, delete = 2 }
local guardWidth = { [""] = 0, claim = 3, lease = 2, record = 2 }

local function append(lists, name, element)
  local list = lists[name]
  if list == nil then
    list = {}
    lists[name] = list
  end
  list[#list + 1] = element
end

--- `at`: where the guard is.
function prefetching.readClaimsAndAdds(at)
  local idsOf, recordKeys = {}, {}
  if ARGV[at] == "claim" then
    append(idsOf, ARGV[at + 1], ARGV[at + 2])
  end
  at = at + guardWidth[ARGV[at]] + 1
  while at <= #ARGV do
    local kind = ARGV[at]
    if kind == "put" or kind == "delete" then
      recordKeys[#recordKeys + 1] = ARGV[at + 1]
    elseif kind ~= "seal" then
      append(idsOf, ARGV[at + 1], ARGV[at + 2])
    end
    at = at + width[kind] + 1
  end
  for queue, ids in pairs(idsOf) do
    items.prefetch(queue, ids)
  end
  rows.prefetch(keys.records, recordKeys)
end

return prefetching
