package chat

// Profile is a person as their platform's directory describes them. Email is "" when the
// directory does not tell it.
type Profile struct {
	Person
	Email string
}
