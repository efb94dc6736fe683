//go:build race

package main

// underRace reports whether the race detector watches, which makes the database slow.
const underRace = true
