package programme_test

import (
	"testing"

	"smallchanges/internal/programme"
)

func TestMember(t *testing.T) {
	t.Parallel()
	m := programme.Member{ID: 7, Name: "Ana Ortiz", Roles: []programme.Role{programme.Champion}}
	if !m.Is(programme.Leader, programme.Champion) || m.Is(programme.Leader) || m.Is() {
		t.Error("Ana is a champion, and only that")
	}
	if m.FirstName() != "Ana" || m.Ref() != (programme.Who{ID: 7, Name: "Ana Ortiz"}) {
		t.Errorf("%q, %v", m.FirstName(), m.Ref())
	}
	if !m.WorksOn("2026-12-04") || m.WorksOn("2026-12-05") || m.WorksOn("2026-12-06") {
		t.Error("without working days it is Monday to Friday")
	}
}
