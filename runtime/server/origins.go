package server

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
)

// originForm is how browsers write the origin of a page: no path, and no port that is the
// usual one.
var originForm = regexp.MustCompile(`^(https?)://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?$`)

// checkOrigins refuses what no browser sends: it would let nobody in.
func checkOrigins(origins []string) error {
	for _, one := range origins {
		if m := originForm.FindStringSubmatch(one); m == nil || m[1] == "http" && m[2] == "80" || m[1] == "https" && m[2] == "443" {
			return fmt.Errorf("%q is no origin as browsers write it: http or https, the host in small letters, a port unless it is the usual one, "+
				"and nothing behind it, such as https://docs.example.com or http://10.1.2.3:8000", one)
		}
	}
	return nil
}

// crossing lets pages of other origins call what next serves, and read its replies. Whatever
// such a page may send, it has entered itself: what a browser keeps for this server, such as
// a cookie or a certificate, is never let through.
func crossing(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, origin := w.Header(), r.Header.Get("Origin")
		h.Set("Vary", "Origin") // a cache between us gives a page no reply that was made for another
		if !slices.Contains(origins, origin) {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		method := r.Header.Get("Access-Control-Request-Method")
		if r.Method != http.MethodOptions || method == "" {
			h.Set("Access-Control-Expose-Headers", "*")
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", method)
		h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	})
}
