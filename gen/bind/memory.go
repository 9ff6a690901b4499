package bind

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"sync"
	"time"
)

// App is a caller that is known.
type App struct {
	System, ID string
	Secrets    map[string]string     // by name: token, appkey
	May        func(cmd string) bool // nil: it may call everything
	Named      func(cmd string) bool // see gate.App; nil: never
	Scopes     map[string][]string   // that bind it
}

// maxUsed is the most used values that a Memory remembers.
const maxUsed = 100_000

// Memory knows tokens and used values of this process, which the real server keeps
// in its database. It is safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	now    func() time.Time
	tokens map[appKey]map[string]time.Time // until when; the zero time is for good
	used   map[usedKey]time.Time
}

// appKey names an app.
type appKey struct{ system, id string }

type usedKey struct {
	appKey
	value string
}

// NewMemory returns a Memory in which the token of each app is good, and remains
// so, and one called token_ended is over. now may be nil: time.Now.
func NewMemory(apps []App, now func() time.Time) *Memory {
	if now == nil {
		now = time.Now
	}
	m := &Memory{now: now, tokens: map[appKey]map[string]time.Time{}, used: map[usedKey]time.Time{}}
	for _, a := range apps {
		if token := a.Secrets["token"]; token != "" {
			m.Issue(a.System, a.ID, token, time.Time{})
		}
		if token := a.Secrets["token_ended"]; token != "" {
			m.Issue(a.System, a.ID, token, time.Unix(1, 0))
		}
	}
	return m
}

// Issue makes a token of an app good until then; the zero time is for good.
func (m *Memory) Issue(system, app, token string, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := appKey{system, app}
	if m.tokens[key] == nil {
		m.tokens[key] = map[string]time.Time{}
	}
	m.tokens[key][token] = until
}

// Valid reports whether a token was issued to the app and is good now. It never
// fails.
func (m *Memory) Valid(_ context.Context, system, app, token string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	good := false
	for known, until := range m.tokens[appKey{system, app}] {
		same := subtle.ConstantTimeCompare([]byte(known), []byte(token)) == 1
		good = good || same && (until.IsZero() || m.now().Before(until))
	}
	return good, nil
}

// App returns the app that a token was issued to, empty where it is not good now or
// several have it. It never fails.
func (m *Memory) App(ctx context.Context, system, token string) (string, error) {
	owner := ""
	for _, app := range m.issued(system) {
		if good, _ := m.Valid(ctx, system, app, token); good { // it never fails
			if owner != "" {
				return "", nil
			}
			owner = app
		}
	}
	return owner, nil
}

// Unsent returns what was issued to an app and is in no message: SecretOf a token, or
// with an empty one the tokens that are good now. It never fails.
func (m *Memory) Unsent(ctx context.Context, system, app, token string) (list []string, err error) {
	if token != "" {
		if good, _ := m.Valid(ctx, system, app, token); !good { // it never fails
			return nil, nil
		}
		return []string{SecretOf(token)}, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for known, until := range m.tokens[appKey{system, app}] {
		if until.IsZero() || m.now().Before(until) {
			list = append(list, known)
		}
	}
	return list, nil
}

// SecretOf is the secret that a Memory issues with a token.
func SecretOf(token string) string {
	sum := sha256.Sum256([]byte("secret of " + token))
	return hex.EncodeToString(sum[:16])
}

// issued lists the apps of a system that have tokens.
func (m *Memory) issued(system string) (list []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k := range m.tokens {
		if k.system == system {
			list = append(list, k.id)
		}
	}
	return list
}

// Use marks a value as used by the app until then, the zero time for as long as
// there is room, and reports whether it was not used before. It never fails.
func (m *Memory) Use(_ context.Context, system, app, value string, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	key := usedKey{appKey{system, app}, strings.Clone(value)} // it may alias a message
	if end, ok := m.used[key]; ok && (end.IsZero() || now.Before(end)) {
		return false, nil
	}
	if len(m.used) >= maxUsed {
		m.forget(now)
	}
	m.used[key] = until
	return true, nil
}

// Used reports whether a value is marked as used.
func (m *Memory) Used(system, app, value string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	end, ok := m.used[usedKey{appKey{system, app}, value}]
	return ok && (end.IsZero() || m.now().Before(end))
}

// forget makes room: it drops values that have expired or, if there are none, any
// tenth.
func (m *Memory) forget(now time.Time) {
	before := len(m.used)
	for key, end := range m.used {
		if !end.IsZero() && !now.Before(end) {
			delete(m.used, key)
		}
	}
	left := maxUsed / 10
	for key := range m.used {
		if left == 0 || before > len(m.used)+maxUsed/10 {
			break
		}
		delete(m.used, key)
		left--
	}
}
