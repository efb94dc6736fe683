// Package docs carries the example council inside the program, for the demo.
//
// It knows nothing but its files, and must not read anything else.
//
//	council, err := readCouncil(docs.ExampleCouncil)
package docs

import _ "embed"

// ExampleCouncil is example-council.yaml: a complete council file with fictional people.
//
//go:embed example-council.yaml
var ExampleCouncil []byte
