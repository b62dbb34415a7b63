--- The arguments behind the four that every program has, read one after another. Empty text stands for "not given".

local args = {}

local at

function args.begin()
  at = 4
end

function args.left()
  return at < #ARGV
end

--- Where the next argument is.
function args.at()
  return at + 1
end

function args.text()
  at = at + 1
  return ARGV[at]
end

function args.optional()
  local text = args.text()
  return text ~= "" and text or nil
end

--- A number, `nil` if it is not given.
function args.number()
  return tonumber(args.text())
end

--- Everything that is left.
function args.rest()
  local list = {}
  while args.left() do
    list[#list + 1] = args.text()
  end
  return list
end

return args
