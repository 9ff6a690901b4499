package mock

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/about"
)

// maxRows bounds the rows that are put at once.
const maxRows = 64 << 20

// maxToken bounds a token that is put.
const maxToken = 16 << 10

// WithControl serves what a stock has beside a mock.
func WithControl(stock *Stock, next http.Handler) http.Handler {
	said := about.Mock{Rows: stock.What}
	if !slices.Contains([]string{about.DemoRows, about.EmptyRows, about.NoRows}, said.Rows) {
		said.Rows = about.FileRows
	}
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.HandleFunc("GET "+about.Control+"about", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(said)
	})
	mux.HandleFunc("GET "+about.Control+"rows", func(w http.ResponseWriter, _ *http.Request) {
		text, err := stock.Save()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(text)
	})
	mux.HandleFunc("PUT "+about.Control+"rows", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRows))
		if err == nil {
			err = stock.Restore(text)
		}
		done(w, err)
	})
	mux.HandleFunc("POST "+about.Control+"reset", func(w http.ResponseWriter, _ *http.Request) { done(w, stock.Reset()) })
	mux.HandleFunc("POST "+about.Control+"ended", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxToken)
		stock.Memory.Issue(r.PostFormValue("system"), r.PostFormValue("app"), r.PostFormValue("token"), time.Unix(1, 0))
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// done answers a change of rows.
func done(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
