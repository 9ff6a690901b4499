package main

import (
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// progressBar shows how much of a file was read. It shows nothing where speech
// is no terminal.
type progressBar struct {
	in      io.Reader
	writer  progress.Writer
	tracker *progress.Tracker
}

// newProgress follows the reading of f.
func newProgress(f *os.File, name string, speech io.Writer) *progressBar {
	p := &progressBar{in: f}
	out, ok := speech.(*os.File)
	if !ok {
		return p
	}
	if info, err := out.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return p
	}
	info, err := f.Stat()
	if err != nil {
		return p
	}
	p.writer = progress.NewWriter()
	p.writer.SetOutputWriter(out)
	p.writer.SetAutoStop(false)
	p.tracker = &progress.Tracker{Message: name, Total: info.Size(), Units: progress.UnitsBytes}
	p.writer.AppendTracker(p.tracker)
	go p.writer.Render()
	return p
}

// Read reads from the file and moves the bar.
func (p *progressBar) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	if p.tracker != nil {
		p.tracker.Increment(int64(n))
	}
	return n, err
}

// stop takes the bar away.
func (p *progressBar) stop() {
	if p.writer != nil {
		p.tracker.MarkAsDone()
		p.writer.Stop()
	}
}
