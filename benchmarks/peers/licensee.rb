# The licences that licensee finds in the folder of each file, one JSON object a line; its threshold is the default.
require "json"
require "licensee"

ARGV.each do |path|
  found = Licensee.project(File.dirname(path))
  exact = found.matched_files.all? { |file| file.confidence == 100 }
  puts JSON.generate({ path: path, ids: found.licenses.map(&:spdx_id) - ["NOASSERTION"], exact: exact })
end
