package command

import (
	"context"
	"io"

	"github.com/jedib0t/go-pretty/v6/progress"

	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// Progress shows on a terminal how much of something is done. The zero Progress, and
// one whose output is no terminal, shows nothing.
type Progress struct {
	writer  progress.Writer
	tracker *progress.Tracker
	l       speech.Language
}

// NewProgress begins to show progress towards total on w, in the language of the command
// line, with the time left and the rate, of bytes as such.
func NewProgress(ctx context.Context, w io.Writer, what string, total int64, bytes bool) *Progress {
	out := terminal(w)
	if out == nil {
		return &Progress{}
	}
	l := Language(ctx)
	p := &Progress{writer: progress.NewWriter(), tracker: &progress.Tracker{Message: l.Say(what), Total: total}, l: l}
	if bytes {
		p.tracker.Units = progress.UnitsBytes
	}
	p.writer.SetOutputWriter(out)
	style := p.writer.Style()
	style.Visibility.Speed, style.Visibility.ETA = true, true
	style.Visibility.Value = false // the library says "in" behind it, in any language
	style.Options.DoneString, style.Options.ETAString, style.Options.SpeedSuffix = l.Say("done"), l.Say("time left"), l.Say("/s")
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
		p.tracker.UpdateMessage(p.l.Say(what))
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
func (p *Progress) Reader(in io.Reader) io.Reader { return io.TeeReader(in, p) }

// Write counts the bytes that are written to it.
func (p *Progress) Write(b []byte) (int, error) {
	p.Add(int64(len(b)))
	return len(b), nil
}
