// Reading a message: places first, then the equations between them.
function refused(value, why) {
  return new Error(value + ": " + why);
}

function missing(m, node) {
  if (node.nil) set(m, node.at, "null", true);
  else if (node.payload && m.form.success) {
    set(m, node.at, "");
    m.absent[node.at] = true;
  } else if (node.at && node.optional) {
    set(m, node.at, "");
    m.absent[node.at] = true;
  } else if (node.at) throw Object.assign(refused(node.at, "it is missing"), { refusal: "required", field: node.said });
  else if (!m.call && !node.optional) throw form("the body");
  else for (const c of node.children) missing(m, node.optional ? Object.assign({}, c, { optional: true }) : c);
}

function readHeaders(m, node) {
  for (const c of node.children) {
    const text = m.headers[c.name];
    if (text === undefined) missing(m, c);
    else set(m, c.at, text);
  }
}

function readTree(m, node, tree) {
  if (m.form.carriage === "xml" && tree.kind === "text" && !trim(tree.text)) return node.children.forEach((c) => c.rest || missing(m, c));
  if (tree.kind !== "object" && tree.kind !== "array") throw form("the body");
  if (!m.call && tree.kind === "array" && !node.list) throw form("the body");
  node.children.forEach((c, i) => {
    if (c.rest) return readRest(m, node, c, tree);
    const found = node.list ? (tree.list || [])[i] : c.label ? labelled(m, node, c, tree) : child(tree, c.fill ? c.fill(m.v) : c.local || c.name);
    if (!found || found.kind === "null") return missing(m, c);
    if (!c.at) return readTree(m, c, found);
    if (!m.call && c.said && found.kind === "text" && !found.text) return missing(m, c);
    const nested = found.kind === "object" || found.kind === "array";
    if (c.opaque && found.kind !== "text") throw form(c.at);
    if (nested && !c.whole) return undefined;
    if (nested && c.holder !== "json") return set(m, c.at, asJSON(found), true);
    if (found.kind === "text" && c.whole && c.holder === "json") return set(m, c.at, found.raw, true);
    return set(m, c.at, found.text, nested || found.kind === "scalar");
  });
}

// labelled finds the first member whose name fits that of a place and is no other place's.
function labelled(m, node, c, tree) {
  const found = tree.kind === "object" && tree.list.find((one) => glob(c.like, one.name) && !names(m, node, one.name));
  if (found) set(m, c.label, found.name);
  return found;
}

function readRest(m, node, rest, tree) {
  const leave = (name) => names(m, node, name);
  const members = () => (tree.list || []).filter((n) => !leave(n.name)).map((n) => quote(n.name) + ":" + n.raw);
  set(m, rest.at, rest.holder === "json" ? "{" + members().join(",") + "}" : asJSON(tree, leave), true);
}

// readPairs reads the pairs of one text, in whatever order they came.
function readPairs(m, node, join, quotes, list, text) {
  const by = trim(join) || join;
  const others = [];
  let rest = text;
  while (rest) {
    let end = 0;
    for (let inside = false; end < rest.length && (inside || !rest.startsWith(by, end)); end++) {
      if (quotes && rest[end] === '"') inside = !inside;
    }
    const one = { values: Object.assign({}, m.values), json: {}, absent: {}, v: m.v };
    delete one.values.name;
    delete one.values.value;
    match(one, list, trim(rest.slice(0, end)));
    rest = rest.slice(end + by.length);
    for (const c of node.children.filter((n) => n.name === one.values.name)) {
      if (m.values[c.at] === undefined) set(m, c.at, one.values.value);
      else (m.more[c.at] = m.more[c.at] || []).push(one.values.value);
    }
    if (!names(m, node, one.values.name)) others.push(quote(one.values.name) + ":" + quote(one.values.value));
  }
  for (const c of node.children.filter((n) => n.rest)) set(m, c.at, "{" + others.join(",") + "}", true);
  for (const c of node.children) if (m.values[c.at] === undefined) missing(m, c);
}

// match reads a text by a template: a list of literals and of holes {at, make, undo}.
function match(m, list, text, json) {
  if (list.length === 1 && isHole(list[0])) return take(m, list[0], text, json);
  let rest = text;
  list.forEach((one, i) => {
    if (!isHole(one)) {
      if (!rest.startsWith(one)) throw form();
      rest = rest.slice(one.length);
      return;
    }
    const n = extent(m, list, i, rest);
    take(m, one, rest.slice(0, n));
    rest = rest.slice(n);
  });
  if (rest) throw form();
  return undefined;
}

function isHole(one) {
  return typeof one !== "string";
}

function known(m, hole) {
  return hole.make ? hole.make(m.v) : m.values[hole.at];
}

function extent(m, list, i, text) {
  const hole = list[i];
  if (i === list.length - 1) return text.length;
  if (hole.takes) return hole.takes(text);
  if (m.values[hole.at] !== undefined) return known(m, hole).length;
  if (hole.behind !== undefined) {
    if (hole.behind > text.length) throw form();
    return text.length - hole.behind;
  }
  const end = isHole(list[i + 1]) ? known(m, list[i + 1]) : list[i + 1];
  const whole = hole.at === "payload" && !hole.make ? jsonEnd(text) : 0;
  if (whole && text.startsWith(end, whole)) return whole; // what is behind JSON may be in it, too
  const n = text.indexOf(end);
  if (n < 0) throw form();
  return n;
}

// jsonEnd is where the JSON object or array ends that a text begins with, 0 where it
// begins with none.
function jsonEnd(text) {
  const tokens = /"(?:[^"\\]|\\[^])*"|[^"]/g;
  let depth = 0;
  if (!/^[{[]/.test(text)) return 0;
  for (let t = tokens.exec(text); t; t = tokens.exec(text)) {
    if (t[0] === "{" || t[0] === "[") depth++;
    else if ((t[0] === "}" || t[0] === "]") && --depth === 0) return tokens.lastIndex;
  }
  return 0;
}

function take(m, hole, text, json) {
  if (m.values[hole.at] !== undefined) {
    const ours = known(m, hole);
    if (m.absent[hole.at] || !(same(ours, text) || (hole.fold && same(lower(ours), lower(text))))) throw new Error("it differs");
    return;
  }
  set(m, hole.at, hole.undo ? hole.undo(text, m.v) : text, hole.undo ? hole.json : json || hole.at === "payload");
}

// place reads one place by its template.
function place(m, at, list) {
  const text = m.values[at];
  if (text === undefined) return;
  if (m.absent[at]) {
    for (const one of list) {
      if (isHole(one) && m.values[one.at] === undefined) {
        set(m, one.at, "");
        m.absent[one.at] = true;
      }
    }
    return;
  }
  match(m, list, text, m.json[at]);
  if (list.length === 1 && isHole(list[0]) && m.more[at]) m.more[list[0].at] = m.more[at];
}

// compare computes a value again; others are further forms that are accepted.
function compare(m, name, optional, others) {
  if (optional && m.absent[name]) return;
  const came = [m.values[name]].concat(m.more[name] || []);
  const fits = ([make, fold]) => {
    let ours;
    try {
      ours = make();
    } catch (e) {
      return false;
    }
    return came.some((one) => same(one, ours) || (fold && same(lower(one), lower(ours))));
  };
  if (!others.some(fits)) throw refused(name, "it differs");
}

function verify(m, name, others) {
  const came = [m.values[name]].concat(m.more[name] || []);
  const fits = (check) => came.some((one) => {
    try {
      return check(one);
    } catch (e) {
      return false;
    }
  });
  if (!others.some(fits)) throw refused(name, "the signature differs: another key, or another text");
}

function within(m, name, time, nanoseconds) {
  const away = BigInt(m.now) - BigInt(time);
  if ((away < 0n ? -away : away) > nanoseconds) throw refused(name, "the time is outside of the window");
}
