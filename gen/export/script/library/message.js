// A message m is {method, scheme, host, path, query, headers, body, payload} and what is
// known of it: values by name, json (those that JSON has without quotes), absent.
function set(m, name, text, json) {
  if (text === undefined) throw new Error("a value that is needed is not there: " + name);
  m.values[name] = text;
  m.json[name] = Boolean(json);
}

// given is the text that the caller gave for a value that a sender may choose.
function given(m, name, make) {
  const own = m.given && m.given[name];
  return own === undefined || own === null ? make() : utf8(String(own));
}

// noted keeps a text on the way to a value, for those who show how a message is made.
function noted(m, name, what, text) {
  (m.steps = m.steps || []).push({ name, what, text });
  return text;
}

function canonicalName(name) {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (s) => s.toUpperCase());
}

function start(m, call) {
  m.base = m.base || "";
  m.files = m.files || [];
  m.values = {};
  m.json = {};
  m.absent = {};
  m.more = {};
  m.v = needed(m.values);
  m.call = call;
  m.headers = Object.keys(m.headers || {}).reduce((all, name) => {
    all[canonicalName(name)] = m.headers[name];
    return all;
  }, {});
  return m;
}

// needed gives values by name, and does not take one that is not there for a text.
function needed(values) {
  const own = ["now", "random", "app", "interface", "payload", "id", "code", "text", "frame", "method", "scheme", "host",
    "path", "query", "body", "url", "target"];
  return new Proxy(values, {
    get(all, name) {
      if (all[name] !== undefined) return all[name];
      if (own.includes(name)) return "";
      throw new Error("a value that is needed is not there: " + String(name));
    },
  });
}

function urls(m) {
  m.values.target = m.path + (m.query ? "?" + m.query : "");
  m.values.url = m.scheme + "://" + m.host + m.values.target;
}

function header(m, name, at, optional) {
  const text = m.values[at];
  if (optional && !text) return;
  if (/[\r\n\0]/.test(text)) throw form(name);
  m.headers[name] = text;
}

function leaf(m, node) {
  const text = m.values[node.at];
  const left = (m.exclude && m.exclude.includes(node.at)) || (text === undefined && node.rest);
  return { text: text || "", json: m.json[node.at], left: left || (node.optional && !text) };
}

// nameOf is the name of a place; of one whose name the message gives, what it gave.
function nameOf(m, node) {
  if (node.label) return m.values[node.label];
  return node.fill ? node.fill(m.v) : node.name;
}

function names(m, node, name) {
  return node.children.some((c) => !c.rest && (nameOf(m, c) === name || c.local === name));
}

function writeJSON(m, node) {
  if (node.at) {
    const { text, json } = leaf(m, node);
    if (!json) return quote(text);
    return text || (node.payload ? "{}" : "null");
  }
  const parts = [];
  for (const c of node.children) {
    const one = c.at && leaf(m, c);
    if (one && one.left) continue;
    if (!c.rest) parts.push((node.list ? "" : quote(nameOf(m, c)) + ":") + writeJSON(m, c));
    else for (const member of restOf(m, node, one.text)) parts.push(quote(member.name) + ":" + member.raw);
  }
  return node.list ? "[" + parts.join(",") + "]" : "{" + parts.join(",") + "}";
}

// restOf lists the members of a payload that stand among other places.
function restOf(m, node, payload) {
  if (!payload.trim()) return [];
  const root = parseJSON(payload);
  if (root.kind !== "object") throw form("the payload");
  for (const member of root.list) {
    if (names(m, node, member.name)) throw new Error("a member of the payload is named like one that the protocol writes");
  }
  return root.list;
}

function writeXML(m, node) {
  return node.children.map((c) => {
    const one = c.at && leaf(m, c);
    if (one && one.left) return "";
    if (c.rest) {
      restOf(m, node, one.text);
      return one.text.trim() ? membersXML(parseJSON(one.text)) : "";
    }
    const name = nameOf(m, c);
    if (!isXMLName(name)) throw form(name);
    if (!one) return "<" + name + ">" + writeXML(m, c) + "</" + name + ">";
    if (one.json && one.text[0] === "{") return "<" + name + ">" + membersXML(parseJSON(one.text)) + "</" + name + ">";
    return element(name, one.text, c.cdata);
  }).join("");
}

// pairsOf lists the names and texts of a form.
function pairsOf(m, node) {
  return node.children.filter((one) => one.at).flatMap((c) => {
    const one = leaf(m, c);
    if (one.left) return [];
    return c.rest ? restOf(m, node, one.text).filter((n) => n.kind !== "null") : [{ name: nameOf(m, c), text: one.text }];
  });
}

function writePairs(m, node) {
  const escaped = (x) => url(x, "-_.~", true);
  return pairsOf(m, node).map((n) => escaped(n.name) + "=" + escaped(n.text)).join("&");
}

// boundaryOf is what is between the parts of a message.
function boundaryOf(m) {
  m.boundary = m.boundary || hex(randomBytes(16));
  return m.boundary;
}

// writeParts writes a body of several parts: the texts, and behind them the files.
function writeParts(m, node) {
  const quoted = (x) => x.replace(/[\\"]/g, "\\$&");
  const part = (name, more, text) => {
    if (/[\r\n]/.test(name + more.file + more.type)) throw form(name);
    const file = more.file === undefined ? "" : '; filename="' + quoted(more.file) + '"\r\nContent-Type: ' + more.type;
    return "--" + boundaryOf(m) + '\r\nContent-Disposition: form-data; name="' + quoted(name) + '"' + file + "\r\n\r\n" + text + "\r\n";
  };
  const parts = pairsOf(m, node).map((n) => part(n.name, {}, n.text));
  return parts.concat(m.files.map((f) => part(f.name, f, f.body))).join("") + "--" + boundaryOf(m) + "--\r\n";
}

// writeQuery writes what the interface has in the query, and behind it what the protocol
// puts there.
function writeQuery(m, node) {
  const own = m.draft.split("&").filter((one) => one && !(node && names(m, node, one.replace(/=[^]*/, ""))));
  return own.concat((node && writePairs(m, node)) || []).join("&");
}

// joinPairs writes a tree as pairs of one text.
function joinPairs(m, node, join, pair) {
  const taken = node.children.filter((c) => (!c.optional && !c.rest) || m.values[c.at]);
  return taken.flatMap((c) => {
    if (!c.rest) return [pair(c.name, m.values[c.at])];
    return restOf(m, node, m.values[c.at]).filter((n) => n.kind !== "null").map((n) => pair(n.name, n.text));
  }).join(join);
}

function sortPairs(list, how) {
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const by = {
    name: (a, b) => compare(a.name, b.name) || compare(a.text, b.text),
    "name-nocase": (a, b) => compare(lower(a.name), lower(b.name)),
    value: (a, b) => compare(a.text, b.text),
  }[how];
  return by ? list.sort(by) : list;
}

// container is the tree of a part of a message: what came, or what is there so far.
function container(m, from) {
  const f = m.form;
  const body = from.holder !== "query";
  if (body && f.body && from.holder !== f.carriage) return parsePairs("");
  let text = body ? m.body : m.query;
  if (m.sending) {
    m.exclude = from.exclude;
    if (!body) text = writeQuery(m, f.query);
    else if (f.carriage === "multipart") text = pairsOf(m, f.body);
    else if (f.body) text = { json: writeJSON, xml: writeXML, form: writePairs }[f.carriage](m, f.body);
    m.exclude = null;
  }
  if (from.holder === "multipart") return { kind: "object", list: text.map((n) => ({ kind: "text", name: n.name, text: n.text, raw: n.text })) };
  return { json: parseJSON, xml: parseXML, form: parsePairs, query: parsePairs }[from.holder](text);
}

// each lists what a path names: the members of the node at its end. A star stands for the
// elements of a list, and then they are what the path names in each.
function each(node, path) {
  const star = path.indexOf("*");
  const found = walk(node, star < 0 ? path : path.slice(0, star));
  if (star < 0) {
    if (!found) throw new Error("it is missing");
    return found.list || [];
  }
  if (!found) return [];
  const rest = path.slice(star + 1);
  return (found.kind === "array" ? found.list : [found]).flatMap((one) => (rest.includes("*") ? each(one, rest) : [walk(one, rest)])).filter(Boolean);
}

// select joins the pairs that a selection takes.
function select(m, s) {
  let pairs = [];
  for (const from of s.from) {
    let list = [];
    if (from.of) list = each(parseJSON(m.values[from.of]), from.path || []);
    else if (from.holder === "header") list = headerPairs(m);
    else if (from.holder) list = each(container(m, from), from.path || []);
    else list = [{ name: from.name, text: from.text, raw: from.text }];
    const leave = (from.names || []).concat(s.skip || []);
    pairs = pairs.concat(list.filter((n) => (n.text || s.empty) && !leave.some((word) => n.name === word ||
      (word.endsWith("*") && (s.skip || []).includes(word) && n.name.startsWith(word.slice(0, -1))))));
  }
  if (s.only !== undefined) pairs = restrict(pairs, s);
  const pair = s.pair || ((name, value) => name + "=" + value);
  const parts = sortPairs(pairs, s.sort).map((n) => pair(n.name || "", n.text, n.raw));
  return (s.sort === "pair" ? parts.sort() : parts).join(s.join);
}

function headerPairs(m) {
  const out = Object.keys(m.headers).map((name) => ({ name, text: m.headers[name], raw: m.headers[name] }));
  if (m.host && !m.headers.Host) out.push({ name: "Host", text: m.host, raw: m.host });
  return out;
}

// restrict keeps the pairs whose names are listed, in the order of the list.
function restrict(pairs, s) {
  const alike = (a, b) => a.toLowerCase() === b.toLowerCase();
  const out = [];
  for (const word of s.only.split(s.split)) {
    if (word.endsWith("*")) {
      out.push(...pairs.filter((n) => n.name.toLowerCase().startsWith(word.slice(0, -1).toLowerCase())));
      continue;
    }
    const found = pairs.find((n) => alike(n.name, word));
    if (word === "" || (!found && s.fixed)) continue;
    if (!found) throw new Error("it is missing: " + word);
    out.push({ name: word, text: found.text, raw: found.raw });
  }
  if ((s.must || []).some((word) => !out.some((n) => alike(n.name, word)))) {
    throw new Error("a part that must be signed is not among those that are");
  }
  return out;
}

// part takes a part of a message by its name.
function part(m, holder, path) {
  if (holder === "header") return path[0] === "Host" ? [m.host, false] : [m.headers[path[0]], false];
  if (holder === "path") return [(m.path.startsWith(m.base) ? m.path.slice(m.base.length) : m.path).replace(/^\/+|\/+$/g, "").split("/")[Number(path[0]) - 1], false];
  const file = holder === "multipart" && m.files.find((one) => one.name === path[0]);
  if (file) return [file.body, false];
  let node;
  try {
    if (holder === "query") node = walk(parsePairs(m.query), path);
    else if (m.sending && !m.body && m.payload) {
      const root = parseJSON(m.payload);
      for (let rest = path; rest.length && !node; rest = rest.slice(1)) node = walk(root, rest);
    } else node = walk({ json: parseJSON, xml: parseXML, form: parsePairs }[holder](m.body), path);
  } catch (e) {
    return [undefined, false];
  }
  return node ? [node.text, !["text"].includes(node.kind)] : [undefined, false];
}

function takePart(m, name, holder, path) {
  const [text, json] = part(m, holder, path);
  set(m, name, text === undefined ? "" : text, json);
  if (text === undefined) m.absent[name] = true;
}

// glob matches a text with * for anything, and ? for one character.
function glob(pattern, text) {
  const parts = pattern.split("*").map((one) => one.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\?/g, "[\\x00-\\x7f\\xc0-\\xff][\\x80-\\xbf]*(?![\\x80-\\xbf])"));
  return new RegExp("^" + parts.join("[^]*") + "$").test(text);
}

function holds(m, text, pattern) {
  return pattern === undefined ? text !== undefined && text !== "" : glob(pattern, text || "");
}

function ofCall(m, name, of) {
  if (m.bare) {
    set(m, name, "");
    return;
  }
  // What a notification that does not hold says is not repeated: whoever forged it would get it back signed.
  const text = m.call && (m.call.held !== false || m.call.sending) ? m.call.values[of] : undefined;
  set(m, name, text || "", text !== undefined && m.call.json[of]);
  if (text === undefined) m.absent[name] = true;
}
