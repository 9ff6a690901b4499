package signature

// why says what explains a signature that differs.
func (e *explainer) why(i int, m *Message, got string) []Line { return nil }

func unescapeUnicode(s string) string { return s }
