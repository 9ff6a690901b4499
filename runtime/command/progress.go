package command

import (
	"io"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// Progress shows on a terminal how much of something is done. The zero Progress, and
// one whose output is no terminal, shows nothing.
type Progress struct {
	writer  progress.Writer
	tracker *progress.Tracker
}

// NewProgress begins to show progress towards total on w. Bytes are shown as such;
// anything else is counted.
func NewProgress(w io.Writer, what string, total int64, bytes bool) *Progress {
	out := terminal(w)
	if out == nil {
		return &Progress{}
	}
	p := &Progress{writer: progress.NewWriter(), tracker: &progress.Tracker{Message: what, Total: total}}
	if bytes {
		p.tracker.Units = progress.UnitsBytes
	}
	p.writer.SetOutputWriter(out)
	p.writer.Style().Visibility.Speed, p.writer.Style().Visibility.ETA = true, true // rate and time left
	p.writer.SetAutoStop(false)
	p.writer.AppendTracker(p.tracker)
	go p.writer.Render()
	return p
}

// Add says that n more are done.
func (p *Progress) Add(n int64) {
	if p.tracker != nil {
		p.tracker.Increment(n)
	}
}

// Say changes the text beside the bar.
func (p *Progress) Say(what string) {
	if p.tracker != nil {
		p.tracker.UpdateMessage(what)
	}
}

// Stop ends the display.
func (p *Progress) Stop() {
	if p.writer != nil {
		p.tracker.MarkAsDone()
		p.writer.Stop()
	}
}

// Reader reads from in and counts the bytes as done.
func (p *Progress) Reader(in io.Reader) io.Reader { return io.TeeReader(in, counted{p}) }

// counted counts the bytes that are written to it.
type counted struct{ p *Progress }

// Write counts.
func (c counted) Write(b []byte) (int, error) {
	c.p.Add(int64(len(b)))
	return len(b), nil
}
