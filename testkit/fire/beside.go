package fire

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/model"
	"github.com/jiekou-dev/jiekou/testkit/sample"
	"github.com/jiekou-dev/jiekou/testkit/twin"
)

// maxRows is the most bytes that are read of the rows of a mock.
const maxRows = 64 << 20

// Beside makes the model that a server is compared with. It knows the rows of the database,
// where one is given, those of a mock, or those that the cases need. Where config.Listen says
// so, it hears the notifications of the app. t is nil where nobody can know what the server
// answers. It waits for another run at the server to end, since all change the same rows.
// release ends it.
func Beside(ctx context.Context, s *spec.System, config Config, databaseURL string) (t *twin.Twin, release func(), err error) {
	if config.Mock != nil && config.Mock.Rows == about.NoRows && databaseURL == "" {
		if config.Listen != "" {
			return nil, nil, command.Misused("start it with --rows demo and --push", "the mock has no rows, so it sends no notifications")
		}
		return nil, func() {}, nil // its replies are made up
	}
	if _, err := addressed(config.URL); err != nil {
		return nil, nil, command.Misused("", "%s", err)
	}
	if t, err = twin.New(s, config.App.ID); err != nil {
		return nil, nil, err
	}
	leave, err := alone(ctx, s.Name, config.URL, config.Waits)
	if err != nil {
		return nil, nil, err
	}
	ear, err := listen(ctx, s, config)
	if err != nil {
		leave()
		return nil, nil, err
	}
	end := ear.close
	release = func() {
		end()
		leave()
	}
	var arrive []string
	switch {
	case databaseURL != "":
		arrive, end, err = besideDatabase(ctx, t, databaseURL, ear, config)
	case config.Mock != nil:
		arrive, err = ear.all(s), rowsOf(ctx, t, config)
	default:
		arrive, err = ear.all(s), needed(t, config)
	}
	if err != nil {
		release()
		return nil, nil, err
	}
	if ear != nil {
		t.Listens = ear.url()
		t.Hear(ctx, ear.heard, arrive)
	}
	return t, release, nil
}

// needed puts the rows that cases need into a model.
func needed(t *twin.Twin, config Config) error {
	for _, rows := range config.Suite.Setup {
		text, err := rows.CSV()
		if err != nil {
			return err
		}
		if err := t.World().Load(rows.Table.Name, text); err != nil {
			return err
		}
	}
	doubts := doubted(t, config.Suite)
	for _, rows := range config.Suite.Setup {
		rows.Forget(t.World())
	}
	for _, one := range doubts {
		t.World().Doubt(one.Table.Name, model.Key(one.Table, one.Before), one.columns())
	}
	return nil
}

// doubt is a row that some case changes or removes: an earlier run may have done so.
type doubt struct {
	model.Change
	gone bool // rows of its table are removed, so that it may be gone when it was changed
}

// doubted are the rows of a model that cases do not leave as they are.
func doubted(t *twin.Twin, suite *fixture.Suite) (out []doubt) {
	removed := map[*spec.Table]bool{}
	for _, i := range t.System.Interfaces {
		if i.Answer != nil {
			for _, st := range i.Answer.Steps {
				removed[st.Table] = removed[st.Table] || st.Verb == "replace" || st.Drop != nil
			}
		}
	}
	for _, c := range suite.Cases {
		i := t.System.Interface(c.Cmd)
		if i == nil || i.Answer == nil || c.Raw != "" || !c.Accepted() && c.Rule != "check" {
			continue
		}
		if !slices.ContainsFunc(i.Answer.Steps, (*spec.AnswerStep).Writes) {
			continue
		}
		payload, err := sample.Fill(c.Payload(), 1, nil)
		if err != nil {
			continue // it needs what an earlier call answers
		}
		result, err := t.World().Try(model.Call{App: t.App}, i, []byte(payload))
		if err != nil {
			continue
		}
		for _, change := range result.Changes {
			if change.Before != nil {
				out = append(out, doubt{Change: change, gone: removed[change.Table]})
			}
		}
	}
	return out
}

// columns are those that a case changed; nil: the row may be gone.
func (d doubt) columns() []string {
	if d.gone {
		return nil
	}
	out := []string{}
	for n, c := range d.Table.Columns {
		if !model.Same(d.Before[n], d.After[n]) {
			out = append(out, c.Name)
		}
	}
	return out
}

// besideDatabase makes a model of a server whose database can be seen. The notifications of
// the app are sent to the ear meanwhile, or queued, so that they can be compared.
func besideDatabase(ctx context.Context, t *twin.Twin, databaseURL string, ear *ear, config Config) (arrive []string, release func(), err error) {
	release = ear.close
	pool, err := pgxpool.New(ctx, databaseURL)
	if err == nil {
		err = pool.Ping(ctx)
	}
	if err != nil {
		return nil, release, command.Misused("give the URL of the server's database: postgres://user@host/name", "--database cannot be opened: %s", err)
	}
	part, err := aloneWith(ctx, pool.Config().ConnConfig, t.System.Name, config.Waits)
	leave := func() {}
	if err == nil {
		arrive, leave, err = t.Subscribe(ctx, pool, ear.url())
	}
	if err != nil {
		part()
		pool.Close()
		return nil, release, fmt.Errorf("--database: %w", err)
	}
	release = func() {
		leave()
		part()
		pool.Close()
		ear.close()
	}
	if config.Clean {
		err = t.Keep(ctx, pool)
	}
	if err == nil {
		err = t.Load(ctx, pool)
	}
	if err != nil {
		return nil, release, fmt.Errorf("--database: %w", err)
	}
	return arrive, release, nil
}

// rowsOf takes the rows of a mock, and has them put back at the end where config says so.
func rowsOf(ctx context.Context, t *twin.Twin, config Config) error {
	text, err := controlled(ctx, config, http.MethodGet, nil)
	if err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return fmt.Errorf("the rows of the mock: %w", err)
	}
	if all[t.System.Name] == nil {
		return fmt.Errorf("the mock is of %s, not of %s", strings.Join(slices.Sorted(maps.Keys(all)), ", "), t.System.Name)
	}
	if config.Clean {
		t.KeepWhole(func(ctx context.Context) error {
			_, err := controlled(ctx, config, http.MethodPut, text)
			return err
		})
	}
	t.Exact()
	return t.World().Restore(all[t.System.Name])
}

// controlled asks a mock for its rows, or puts rows in their place.
func controlled(ctx context.Context, config Config, method string, rows []byte) ([]byte, error) {
	u, err := url.Parse(config.URL)
	if err != nil {
		return nil, err
	}
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: about.Control + "rows"}
	r, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(rows))
	if err != nil {
		return nil, err
	}
	res, err := (&http.Client{Timeout: DefaultTimeout}).Do(r)
	if err != nil {
		return nil, fmt.Errorf("the rows of the mock: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxRows))
	if err == nil && res.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("HTTP %d", res.StatusCode)
	}
	if err != nil {
		return nil, fmt.Errorf("the rows of the mock: %w", err)
	}
	return text, nil
}
