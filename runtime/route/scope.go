package route

// Scope is one way in which the rows of a system belong to somebody.
type Scope struct {
	Name    string // as operators name it
	Title   string // what a value is
	Project bool   // it is also the project that the system's notifications are about
}

// reach is the values of the scopes that an app is bound to. With ScopedOnly an app that is
// not bound reaches no row that belongs to somebody.
func (s *system) reach(a App) map[string][]string {
	if !s.ScopedOnly || len(s.Scopes) == 0 {
		return a.Scopes
	}
	out := map[string][]string{}
	for _, one := range s.Scopes {
		if values := a.Scopes[one.Name]; values != nil {
			out[one.Name] = values
		} else {
			out[one.Name] = []string{}
		}
	}
	return out
}
