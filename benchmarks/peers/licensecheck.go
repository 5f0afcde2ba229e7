// The licences that google/licensecheck finds in each file, one JSON object a line: its documented Scan with its
// built-in licences; a URL of a licence is not a text. Exact is what covers nearly all words.
package main

import (
	"encoding/json"
	"os"

	"github.com/google/licensecheck"
)

func main() {
	lines := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[1:] {
		ids, exact := []string{}, false
		if text, err := os.ReadFile(path); err == nil {
			found := licensecheck.Scan(text)
			exact = found.Percent >= 99
			for _, match := range found.Match {
				if !match.IsURL {
					ids = append(ids, match.ID)
				}
			}
		}
		lines.Encode(map[string]interface{}{"path": path, "ids": ids, "exact": exact})
	}
}
