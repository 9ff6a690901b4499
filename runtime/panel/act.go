package panel

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/notify"
)

// maxForm bounds what a form sends.
const maxForm = 64 << 10

// act carries out what a form asks for, and leads back to its page, which says what was
// done, or why not.
func (p *Panel) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	said, err := p.carryOut(r)
	word := "said"
	if err != nil {
		word, said = "fault", err.Error()
	}
	p.Log.Info("operated", "actor", actor(r), "action", r.PostFormValue("do"), "system", r.PostFormValue("system"),
		"app", r.PostFormValue("app"), "outcome", said)
	http.Redirect(w, r, back(r.PostFormValue("back"), word, said), http.StatusSeeOther)
}

// back is the page that a form was on, with a word about its outcome. Another address leads
// to the overview.
func back(to, word, said string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/panel/") {
		u = &url.URL{Path: "/panel/"}
	}
	q := u.Query()
	q.Set(word, said)
	return u.Path + "?" + q.Encode()
}

// carryOut does it, and says what was done.
func (p *Panel) carryOut(r *http.Request) (said string, err error) {
	of := r.PostFormValue
	ctx, name, id := r.Context(), of("system"), of("app")
	who := name + " " + id
	switch of("do") {
	case "disable":
		return who + ": disabled", p.callers(r).Disable(ctx, name, id)
	case "enable":
		return who + ": enabled", p.callers(r).Enable(ctx, name, id)
	case "grant":
		list := strings.Fields(of("patterns"))
		return who + ": granted " + strings.Join(list, " "), p.callers(r).Grant(ctx, name, id, list...)
	case "revoke":
		list := strings.Fields(of("patterns"))
		return who + ": revoked " + strings.Join(list, " "), p.callers(r).Revoke(ctx, name, id, list...)
	case "limit":
		l, err := quota(of)
		if err != nil {
			return "", err
		}
		return who + ": limits set", p.callers(r).SetLimit(ctx, name, id, l)
	case "pause":
		return who + ": deliveries paused", p.queues(r).Pause(ctx, name, id)
	case "retry":
		return who + ": deliveries go on, the first one at once", p.queues(r).Resume(ctx, name, id)
	case "replay":
		return p.replay(r)
	}
	return "", fmt.Errorf("there is no %q", of("do"))
}

// quota reads the limits of an app; what is empty is the server's default.
func quota(of func(string) string) (l limit.App, err error) {
	number := func(name string) (v float64) {
		text := of(name)
		if text == "" || err != nil {
			return 0
		}
		if v, err = strconv.ParseFloat(text, 64); err == nil && (v < 0 || v > 1e9) {
			err = fmt.Errorf("%s: a limit is 0 or more", name)
		}
		return v
	}
	l = limit.App{Concurrency: int(number("concurrency")), Rate: number("rate"), Burst: int(number("burst"))}
	return l, err
}

// replay has deliveries sent again: those that were ticked, or all that the search picks,
// of which there must be a bound beside the state.
func (p *Panel) replay(r *http.Request) (string, error) {
	var f notify.Filter
	for _, text := range r.PostForm["ids"] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", fmt.Errorf("%q is no id of a delivery", text)
		}
		f.IDs = append(f.IDs, n)
	}
	if len(f.IDs) == 0 {
		if r.PostFormValue("all") == "" {
			return "", fmt.Errorf("nothing was ticked")
		}
		var err error
		if f, err = filter(r.PostFormValue); err != nil {
			return "", err
		}
		if f.App == "" && f.Cmd == "" && f.Sid == "" && f.Since.IsZero() && len(f.IDs) == 0 {
			return "", fmt.Errorf("search by app, notification, message id or time before all are sent again")
		}
		if f.State == "" {
			f.State = notify.Dead
		}
	}
	n, err := p.queues(r).Replay(r.Context(), f)
	return fmt.Sprintf("%d to be sent again", n), err
}
