package notify

import (
	"sync"
)

// maxTogether is the most requests that one statement carries.
const maxTogether = 256

// batcher joins simultaneous requests into one statement: while one statement is
// under way, the next one gathers. The zero value needs run.
type batcher[Q, A any] struct {
	run func([]Q) ([]A, error) // an answer for each question, in their order

	mu      sync.Mutex
	waiting []*asked[Q, A]
	working bool
}

// asked is one question with its answer.
type asked[Q, A any] struct {
	question Q
	answer   A
	err      error
	done     chan struct{}
}

// do asks and waits for the answer.
func (b *batcher[Q, A]) do(question Q) (A, error) {
	one := &asked[Q, A]{question: question, done: make(chan struct{})}
	b.mu.Lock()
	b.waiting = append(b.waiting, one)
	if !b.working {
		b.working = true
		go b.work()
	}
	b.mu.Unlock()
	<-one.done
	return one.answer, one.err
}

// work answers until nobody waits.
func (b *batcher[Q, A]) work() {
	for {
		b.mu.Lock()
		n := min(len(b.waiting), maxTogether)
		list := b.waiting[:n:n]
		b.waiting = b.waiting[n:]
		b.working = n > 0
		b.mu.Unlock()
		if n == 0 {
			return
		}
		questions := make([]Q, n)
		for i, one := range list {
			questions[i] = one.question
		}
		answers, err := b.run(questions)
		for i, one := range list {
			if one.err = err; err == nil {
				one.answer = answers[i]
			}
			close(one.done)
		}
	}
}
