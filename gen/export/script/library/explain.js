// A request that is explained: every line of reading it is tried, and m.explained says of each
// {name, holds, why, steps, ours, came, act}; act carries it out again.
function arrivedCall(message, keys, own) {
  const m = arrived(message, keys, own);
  m.values.frame = utf8(own.frame || "");
  m.explained = [];
  return m;
}

// attempt carries a line out and notes what comes of it.
function attempt(m, name, act) {
  const one = { name, act, steps: [] };
  m.explained.push(one);
  m.steps = one.steps;
  try {
    act();
    one.holds = true;
  } catch (e) {
    one.why = e.message;
  }
  m.steps = null;
}

// compared is compare, and keeps the first text that we make.
function compared(m, name, optional, others) {
  const one = m.explained[m.explained.length - 1];
  const [make] = others[0];
  one.came = m.values[name];
  one.ours = make();
  m.steps = null;
  compare(m, name, optional, others);
}

// unknowable notes what only the server can tell.
function unknowable(m, kind, name) {
  m.explained.push({ name, only: kind, steps: [] });
}

// explainFirst explains a request as the first form that it has, or else says of the first
// one why it does not have it.
function explainFirst(forms, make) {
  let lost = null;
  for (const f of forms) {
    const m = make();
    f.bound.forEach((name) => delete m.values[name]);
    if (!f.when(m)) continue;
    try {
      f.read(m);
    } catch (e) {
      lost = lost || Object.assign(m, { lost: e.message });
      continue;
    }
    if (!f.later(m)) continue;
    f.guard(m);
    return m;
  }
  return lost || Object.assign(make(), { lost: "it has the form of no request" });
}
