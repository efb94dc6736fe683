package guard_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"smallchanges/internal/guard"

	"github.com/google/go-cmp/cmp"
)

var northshire = guard.Settings{Domains: []string{"northshire.example"}, Postcodes: []string{"NS1 1AA", "ns22bb", "SW1A 2AA"}}

// TestWhatIsFound has each thing in the middle of a sentence, between angle brackets.
func TestWhatIsFound(t *testing.T) {
	t.Parallel()
	for kind, texts := range map[guard.Kind][]string{
		guard.NHSNumber: {
			"Her NHS number is <450 557 7104>.", "<4505577104>", "No <450-557-7104> again", "See <450 5577104>, please", "<401 023 2137> came up", "<7000000015>",
		},
		guard.NationalInsurance: {"His NI is <AB123456C>.", "<ab 12 34 56 c> on the form", "<JG-12-34-56-A>", "<AB 123456 D>"},
		guard.Postcode: {
			"They moved to <SW1A 1AA> last week", "at <m1 1ae>", "<B33 8TH>", "<CR26XH>", "near <DN55 1PT>.", "<EC1A1BB>", "the <W1A 0AX> flat", "<NS1 1AB>? no: <B1 1AB>"[13:],
		},
		guard.Phone: {
			"Ring <0161 496 0000> today", "<07700 900123>", "<07700900123>", "call <020 7946 0958>.", "<+44 7700 900123>", "<+44 (0)161 496 0000> or",
			"<00441614960000>", "<01632-960-123>", "<0808 157 0192>", "<+353 1 496 0000>", "<01204 123456> 12 times", "<0800 123456>", "<(0161) 496 0000>",
		},
		guard.Email: {"write to <mum@example.com>", "“<j.smith+home@mail.example.co.uk>”.", "<a@notnorthshire.example>", "<zoë@example.org>, then", "ana@northshire.example and <b@c.de>"},
		guard.BirthDate: {
			"born on <12/03/2014>", "DOB: <12.3.14>", "date of birth <2014-03-12>", "D.O.B. <3rd of May 2012>", "born <3 May 2012> in Leeds", "dob <May 3, 2012>",
			"Her birthday is <12-03-2014>", "<12 March 2014> is when he was born", "dob <12032014>",
		},
		guard.SystemNumber: {
			"see <LCS 1234567>", "<P1234567> is stuck", "<Mosaic 123456>", "<Mosaic ID: 98765>", "on <Liquidlogic no. 1234567>", "<case number 4512>", "<client ID 123456>", "<ID 1234567>", "<AB123456>", "<LCS1234567>", "<client 1234567>",
			"<person no 12345>",
		},
		guard.CourtNumber: {"in <ZE23C00123> we", "<BM21P70123>", "<ze 23 c 00123>"},
		guard.UPN:         {"pupil <" + upn("80120000100", '1') + ">", "<" + upn("80120000100", 'B') + "> moved"},
		guard.Age: {
			"a <14 year old> told us", "<14-year-old> twins", "a <14yo> who", "a <fourteen year old> said", "<aged 7>", "she is <15 years old> now", "<age: 9>", "a <7 y/o>", "<15yrs old>",
			"a <six week old> baby", "<aged 12>, in care", "a <34 year old> mum", "<born in 2012>", "a <two-year-old>", "two boys <aged 5> and 7", "we saw <Mia (14)> at school", "<seven years of age>", "his <15th birthday>",
		},
		guard.Initials: {
			"<child J> moved", "<child A> came", "the young <person K>", "<baby TK>", "for <J.S>. today", "<JS's mum> rang", "<K’s brother>", "with <mum B>", "<J.R.S> rang",
		},
		guard.Name: {
			"with <the Smith family> today", "<The Smith-Jones family> came", "<the Van Dyke family>", "<Jayden's mum> said", "we saw <Jayden’s little brother>", "his <brother Kai> came",
			"her <mum Sarah> rang", "<Mrs Khan> asked", "<Mr. Khan> asked", "a <girl called Mia>", "<James’ dad> came", "when <Jaydens mum> rang", "<Mum Sarah> said", "<Zoë's school> rang", "a <child named Łukasz>",
			"<Aisha's foster carer> said", "<Sam's dad's> work", "<Mrs khan> said",
		},
	} {
		for _, marked := range texts {
			text := strings.NewReplacer("<", "", ">", "").Replace(marked)
			got := text
			for i := len(guard.Check(text, northshire).Findings) - 1; i >= 0; i-- {
				f := guard.Check(text, northshire).Findings[i]
				if f.Kind != kind {
					t.Errorf("%q: found %s", marked, f.Kind)
				}
				got = got[:f.From] + "<" + f.In(text) + ">" + got[f.To:]
			}
			if got != marked {
				t.Errorf("%s: found %q, want %q", kind, got, marked)
			}
		}
	}
}

// upn is a pupil's number with its check letter.
func upn(digits string, last byte) string {
	const letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
	sum := 0
	for i := range len(digits) {
		sum += int(digits[i]-'0') * (i + 2)
	}
	if value := strings.IndexByte(letters, last); value >= 0 {
		sum += value * 13
	} else {
		sum += int(last-'0') * 13
	}
	return string(letters[sum%23]) + digits + string(last)
}

// TestOrdinarySentencesPass are things that people at work write.
func TestOrdinarySentencesPass(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "…", "We tried voice notes for a week, and it saved each of us about 20 minutes.",
		"The review is on 2026-11-25 at 09:30.", "Next one on 7 December 2026, 12.30pm to 2pm.", "From 01.12.2026 10.30 on", "01-12-2026 09 30", "Monday 7 December, 12.30pm",
		"SC-12 is like SC-123456, and SC12 too.", "See SC-3 and SC-14: 8 of 8 said yes (100%).", "We had 1,234,567 pages and 4505577105 clicks.",
		"Room 101, floor 2nd, desk 12b", "Budget: £12,500 a year, 3 x 45 min", "Section 47 and S47 meetings", "Look at L1 2nd floor", "In Q3 2027 we had 5 of 12", "P1 and P2 come first",
		"ana@northshire.example or team@early.northshire.example", "Ask @ana and @ben", "Mail us @ 5", "Our office is NS1 1AA, the other NS2 2BB.", "We meet at sw1a2aa.",
		"A ten year old form", "a 12 year old laptop", "This form is ten years old.", "young people aged 11 to 18", "aged 16-25", "children aged 16+", "aged 5 and under", "aged 11 or over", "11 to 18 year olds", "a two week old request",
		"We have 14 years of practice", "16 and 17 year olds", "ages 0 to 5", "a three year plan", "my age",
		"Early Help family workers asked for it.", "Each family has one form", "The family hub in Northshire", "The Northshire family hub", "The Whole Family team", "Working with the family court",
		"Monday's family meeting went well", "Today’s parents evening", "Everyone’s family matters", "The team’s family days", "Children’s parents were pleased", "Ana's idea saved time", "Ben’s team charter", "Thank you Ana and Ben!",
		"Grace said yes to SC-4", "Cora and Dan tried walking supervision", "Child Protection meetings", "child protection conference", "Child Exploitation training", "Baby Bank leaflets", "Parents Forum on Tuesday", "a mother and baby unit",
		"Father Christmas came to the office party", "Dad and Mum sign together", "Mum, dad and child each get a copy", "Is mum there? Then ask.", "Let mum choose the time", "The school's mum group", "at St Mary's school",
		"What made you smile?", "The family said I listened.", "I asked the child. A worker wrote it down.", "Plan A and plan B", "U.K. rules, e.g. these", "I.T. could not help", "P.S. thanks", "N.B. no forms", "IT, HR and QA agreed", "Band D posts",
		"parent SEN advice", "baby clinic", "Ms Teams, and MS Word", "Tower Hamlets family hubs", "in Tower Hamlets family life", "Forms (6) and meetings (2)", "on Monday (3)", "four years of practice", "the 4th floor", "Miss Monday’s meeting and you miss a lot", "a girl called me", "The boy called. Mia’s rota helped.",
		"Since 3 May 2012 we use one form", "Born out of need", "Our birth plans are due on 3 May 2026", "The team was born in a crisis", "happy birthday to all of us",
		"Ref 12345 at the help desk", "INC1234567 is with IT", "PO123456 was paid", "KB1234567 tells how", "Mosaic 2026 upgrade", "Mosaic is slow", "file 12 of 30", "Office 365 and Windows 11",
		"Two dots: difference 3, effort 1", "1 2 3 4 5 6 7 8 9 10 11", "10 12 14 16 18 20", "www.northshire.example/forms/12345", "V2.10.3", "0-25 service", "24/7", "999 or 101", "0900-1700", "50/50",
		"We moved 20,000 files in 2025 and 2026.", "AB", "It took 07:45 to 09:15", "Which of our letters, forms or messages could sound warmer?",
	} {
		for _, f := range guard.Check(text, northshire).Findings {
			t.Errorf("%q: %q looks like %s", text, f.In(text), f.Kind)
		}
	}
}

// What is close to such a number and is none.
func TestChecksAndRanges(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"450 557 7105", "943 476 5919", "900 000 0001", "45055771040", "450 557 710", // a wrong check digit, ranges not issued, other lengths
		"QQ123456C", "BG123456A", "AO123456A", "AB123456E", "FA123456A",
		"AB1 1CD", "QQ1 1AA", "B33 8T", "B333 8TH", "SW1A 1AV",
		"X" + upn("80120000100", '1')[1:], "H80120000100S",
		"0161 496 000", "161 496 0000", "0461 496 0000", "+44 161",
		"mum@example", "@example.com", "mum@.com", "northshire.example",
		"ZE23C0012", "Z23C00123",
	} {
		for _, f := range guard.Check(text, northshire).Findings {
			t.Errorf("%q: %q looks like %s", text, f.In(text), f.Kind)
		}
	}
}

func TestEveryKindSaysWhatToDo(t *testing.T) {
	t.Parallel()
	stop := []guard.Kind{
		guard.NHSNumber, guard.NationalInsurance, guard.Postcode, guard.Phone, guard.Email, guard.BirthDate, guard.SystemNumber, guard.CourtNumber, guard.UPN,
	}
	ask := []guard.Kind{guard.Age, guard.Initials, guard.Name}
	for action, kinds := range map[guard.Action][]guard.Kind{guard.Stop: stop, guard.Ask: ask} {
		for _, k := range kinds {
			f := guard.Finding{Kind: k}
			if f.Action() != action || !strings.HasPrefix(f.Words(), "This looks like") || len(strings.Fields(f.Words())) > 25 {
				t.Errorf("%s: %s, %q", k, f.Action(), f.Words())
			}
		}
	}
}

func TestFindingsComeInOrderAndApart(t *testing.T) {
	t.Parallel()
	text := "Jayden's mum (0161 496 0000) wrote from mum@example.com that the 14 year old, LCS 1234567, is at B33 8TH."
	r := guard.Check(text, northshire)
	var stop, ask []string
	for _, f := range r.Stop() {
		stop = append(stop, f.In(text))
	}
	for _, f := range r.Ask() {
		ask = append(ask, f.In(text))
	}
	if diff := cmp.Diff([]string{"0161 496 0000", "mum@example.com", "LCS 1234567", "B33 8TH"}, stop); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Jayden's mum", "14 year old"}, ask); diff != "" {
		t.Error(diff)
	}
}

func FuzzCheck(f *testing.F) {
	for _, text := range []string{
		"Jayden's mum (0161 496 0000) wrote", "“mum@example.com” 14yo J.S. the Smith-Jones family", "born 3rd of May 2012 LCS 1234567 AB 12 34 56 C",
		"D.O.B", "\xff@\xff.aa", "é@é.éé", "’s mum", "A’", "+44", "age 5-", "year old", "@@@.@", "Mr.", "the family",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, found := range guard.Check(text, northshire).Findings {
			if found.From < end || found.To <= found.From || found.To > len(text) {
				t.Fatalf("%q: %+v after %d", text, found, end)
			}
			if utf8.ValidString(text) && !utf8.ValidString(found.In(text)) {
				t.Fatalf("%q: %q is cut through a letter", text, found.In(text))
			}
			end = found.To
		}
	})
}

// BenchmarkCheck reads texts of growing length; the time for a character must not grow.
func BenchmarkCheck(b *testing.B) {
	const piece = "We tried Jayden's mum's idea 14 times, from 0161 4 to B3 and a@b.c; it saved about 20 minutes. "
	for _, length := range []int{3000, 30000, 300000} {
		text := strings.Repeat(piece, length/len(piece)+1)[:length]
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			for b.Loop() {
				guard.Check(text, northshire)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(length), "ns/character")
		})
	}
}
