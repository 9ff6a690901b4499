package kind

// Level is how much a change matters to somebody of yesterday.
type Level int

// The levels, the least first.
const (
	None     Level = iota
	Info           // worth saying
	Warning        // may break somebody
	Breaking       // breaks who did everything right
)

var levelNames = []string{"none", "info", "warning", "breaking"}

// String returns the name of the level.
func (l Level) String() string { return levelNames[l] }

// MarshalText returns the name of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Levels is how much a change matters, by column.
type Levels struct {
	Wire     Level `json:"wire"`     // to a caller or receiver of yesterday
	Protocol Level `json:"protocol"` // to what signs, seals and reads frames and codes
	Code     Level `json:"code"`     // to what a team wrote against generated names and types
	Data     Level `json:"data"`     // to what is stored
}

// Most is the highest of the levels.
func (l Levels) Most() Level { return max(l.Wire, l.Protocol, l.Code, l.Data) }
