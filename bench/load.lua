-- wrk -s load.lua URL -- FILE: sends the requests of a file in turn, again and again. Byte 30 separates them. Each thread
-- begins at another one. Prints one line of JSON at the end.
local threads = 0
local requests = {}
local next_one = 0

function setup(thread)
  thread:set("first", threads * 7)
  threads = threads + 1
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for request in file:read("*a"):gmatch("[^\30]+") do requests[#requests + 1] = request end
  file:close()
  next_one = first
end

function request()
  next_one = next_one + 1
  return requests[next_one % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"bytes":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"errors":%d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
