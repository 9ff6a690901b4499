package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// onConflict turns an insert into an upsert by the key.
func (r *report) onConflict(s *spec.AnswerStep, columns []string) string {
	key := s.Matched()
	var sets []string
	for _, c := range columns {
		if !slices.Contains(key, c) && !slices.Contains(s.Table.Key, c) && c != "created" {
			sets = append(sets, c+" = excluded."+c)
		}
	}
	if len(sets) == 0 || s.Keep { // an update that changes nothing, so that the row is returned
		sets = []string{key[0] + " = excluded." + key[0]}
	}
	return fmt.Sprintf("\non conflict (%s) do update set %s", strings.Join(key, ", "), strings.Join(sets, ", "))
}

// lastRows are the members of an array that an upsert writes: of those with one
// key the last. Members that delete their row are left out, and what they deleted
// is gone before the others are written, as if one came after another. Both wait
// for the row that an earlier step locks: reports on one customer would otherwise
// lock its members in different orders and wait for each other.
func (r *report) lastRows(s *spec.AnswerStep) (string, error) {
	var key []string
	for _, a := range filling(s, s.Matched()) {
		if a.Within(s.Each) {
			key = append(key, r.value(a, s.Table.Column(a.To), ""))
		}
	}
	deletes, drop := "", ""
	if s.Drop != nil {
		deletes = r.field(s.Drop.Field) + " = " + quote(s.Drop.Value)
		drop = fmt.Sprintf("\nwhere (%s) is not true and (select count(*) from %s_gone) >= 0", deletes, s.Name)
	}
	rows, err := r.rows(s)
	if err != nil {
		return "", err
	}
	if s.Drop != nil {
		where := deletes + " and " + r.equal(filling(s, s.Matched()), s.Table)
		if r.held != "" {
			where += " and (select count(*) from " + r.held + ") >= 0"
		}
		r.add(s.Name+"_gone", fmt.Sprintf("delete from %s t\nusing %s, %s r\nwhere %s\nreturning 1",
			qualified(s.Table), r.gate, rows, where))
	}
	list := strings.Join(key, ", ")
	return fmt.Sprintf("(select distinct on (%s) * from %s r order by %s, r.place desc) r%s", list, rows, list, drop), nil
}
