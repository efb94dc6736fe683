package store

import "context"

// Schema is the number of the database's schema, 0 when it is new, and of the newest that
// this program knows.
func (s *Store) Schema(ctx context.Context) (have, newest int64, err error) { return s.versions(ctx) }
