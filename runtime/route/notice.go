package route

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// notices are the headers of replies that say since when an interface is deprecated
// (RFC 9745), and when it ends (RFC 8594): at the end of its last day, in the zone of the
// system.
func (i *Interface) notices(zone *time.Location) ([][2]string, error) {
	if i.Status != Deprecated {
		return nil, nil
	}
	var out [][2]string
	if i.Deprecation != "" {
		day, err := time.ParseInLocation(time.DateOnly, i.Deprecation, zone)
		if err != nil {
			return nil, fmt.Errorf("day of deprecation: %w", err)
		}
		out = append(out, [2]string{"Deprecation", "@" + strconv.FormatInt(day.Unix(), 10)})
	}
	if i.Sunset != "" {
		day, err := time.ParseInLocation(time.DateOnly, i.Sunset, zone)
		if err != nil {
			return nil, fmt.Errorf("sunset: %w", err)
		}
		out = append(out, [2]string{"Sunset", day.AddDate(0, 0, 1).Add(-time.Second).UTC().Format(http.TimeFormat)})
	}
	return out, nil
}
