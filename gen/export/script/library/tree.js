// A tree that was read: {kind, name, text, raw, list}. Its kind is object, array, text,
// scalar or null; text is without escapes, raw as it stood.
function parseJSON(x) {
  if (!isText(x)) throw new Error("not UTF-8");
  let i = x.startsWith("\xef\xbb\xbf") ? 3 : 0;
  const wrong = () => new Error("no well-formed JSON");
  const space = () => {
    while (i < x.length && " \n\r\t".includes(x[i])) i++;
  };
  const text = () => {
    const m = /^"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(x.slice(i));
    if (!m) throw wrong();
    i += m[0].length;
    return utf8(JSON.parse(string(m[0])));
  };
  const members = (end, depth, one) => {
    const list = [];
    i++;
    for (space(); x[i] !== end; space()) {
      if (list.length && x[i++] !== ",") throw wrong();
      space();
      list.push(one(depth + 1));
    }
    i++;
    return list;
  };
  const value = (depth) => {
    const start = i;
    if (depth > 64) throw wrong();
    let node = null;
    if (x[i] === "{") {
      const seen = new Set();
      const list = members("}", depth, (deeper) => {
        const name = text();
        if (seen.has(name)) throw new Error("a name that is given twice");
        seen.add(name);
        space();
        if (x[i++] !== ":") throw wrong();
        space();
        return Object.assign(value(deeper), { name });
      });
      node = { kind: "object", list };
    } else if (x[i] === "[") {
      node = { kind: "array", list: members("]", depth, value) };
    } else if (x[i] === '"') {
      node = { kind: "text", text: text() };
    } else {
      const m = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)/.exec(x.slice(i, i + 400));
      if (!m) throw wrong();
      i += m[0].length;
      node = { kind: m[0] === "null" ? "null" : "scalar" };
    }
    node.raw = x.slice(start, i);
    if (node.kind === "null") node.text = "";
    else if (node.kind !== "text") node.text = node.raw;
    return node;
  };
  space();
  const root = value(1);
  space();
  if (i < x.length) throw wrong();
  return root;
}

function quote(x) {
  const short = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return '"' + x.replace(/["\\\x00-\x1f]/g, (ch) => short[ch] || "\\u00" + hex(ch)) + '"';
}

function isStructured(x) {
  return /^[ \t\n\r]*[{[]/.test(x);
}

function compact(x) {
  if (!isStructured(x)) return x;
  parseJSON(x);
  return x.replace(/("(?:[^"\\]|\\[^])*")|[ \t\n\r]+/g, "$1");
}

function canonical(x, drop) {
  if (!isStructured(x)) return x;
  const write = (n) => {
    if (n.kind === "array") return "[" + n.list.map(write).join(",") + "]";
    if (n.kind !== "object") return n.raw;
    const kept = n.list.filter((c) => !drop || (c.kind !== "null" && (c.kind !== "text" || c.text)));
    kept.sort((a, b) => (a.name < b.name ? -1 : 1));
    return "{" + kept.map((c) => quote(c.name) + ":" + write(c)).join(",") + "}";
  };
  return write(parseJSON(x));
}

// flat is an object without nested ones, its names composed.
function flat(x, open, close, first) {
  const out = [];
  if (!isStructured(x)) throw form();
  const walk = (n, name, top) => n.list.forEach((c, i) => {
    const own = n.kind === "array" ? String(i + first) : c.name;
    const whole = top ? own : name + open + own + close;
    if (c.kind === "object" || c.kind === "array") walk(c, whole, false);
    else out.push(quote(whole) + ":" + c.raw);
  });
  walk(parseJSON(x), "", true);
  return "{" + out.join(",") + "}";
}

// nested is an object as a text of its members.
function nested(x, is, and, open, close, items, sorted, drop) {
  const write = (n) => {
    if (n.kind === "null") return "";
    if (n.kind !== "object" && n.kind !== "array") return n.text;
    const kept = n.list.filter((c) => !drop || (c.kind !== "null" && (c.kind !== "text" || c.text)));
    if (n.kind === "array") return open + kept.map(write).join(items) + close;
    if (sorted) kept.sort((a, b) => (a.name < b.name ? -1 : 1));
    return open + kept.map((c) => c.name + is + write(c)).join(and) + close;
  };
  return write(parseJSON(x));
}

// memberText is the text of a member of an object, a.b for one that is nested; nothing where
// it is not.
function memberText(x, path) {
  const found = walk(parseJSON(x), path.split("."));
  return found ? found.text : "";
}

// parsePairs reads a query or a form.
function parsePairs(x) {
  const list = x.split("&").filter(Boolean).map((one) => {
    const at = one.indexOf("=");
    const raw = at < 0 ? "" : one.slice(at + 1);
    return { kind: "text", name: unurl(at < 0 ? one : one.slice(0, at), "", true), text: unurl(raw, "", true), raw };
  });
  return { kind: "object", text: x, raw: x, list };
}

// parseXML reads elements, texts and CDATA; a document type is refused.
function parseXML(x) {
  if (/^\s*<\?xml[^>]*encoding=["'](gbk|gb2312|gb18030)["']/i.test(x)) x = ungbk(x);
  if (!isText(x) || x.includes("\xef\xbf\xbd")) throw new Error("not UTF-8");
  const wrong = () => new Error("no well-formed XML");
  const root = { kind: "object", list: [], text: x, raw: x };
  const open = [root];
  const token = /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([^\s/>!?]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/g;
  let at = 0;
  for (let m = token.exec(x); m; m = token.exec(x)) {
    if (m.index !== at) throw wrong();
    at = token.lastIndex;
    const top = open[open.length - 1];
    if (m[1] !== undefined || m[6] !== undefined) {
      const text = m[1] !== undefined ? m[1] : unescapeXML(m[6]);
      if (top !== root) top.text += text;
      else if (trim(text) && text !== "\xef\xbb\xbf") throw wrong();
    } else if (m[3] !== undefined && !m[2]) {
      const node = { kind: "text", name: m[3].replace(/^.*:/, ""), full: m[3], text: "", from: m.index, list: [] };
      top.kind = "object";
      top.list.push(node);
      if (m[5]) node.raw = m[0];
      else open.push(node);
    } else if (m[3] !== undefined) {
      if (top.full !== m[3] || top === root) throw wrong();
      top.raw = x.slice(top.from, at);
      if (top.kind === "object") top.text = top.raw;
      open.pop();
    }
  }
  if (at !== x.length || open.length > 1 || root.list.length !== 1) throw wrong();
  return root;
}

function unescapeXML(x) {
  const named = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return x.replace(/\r\n?/g, "\n").replace(/&([^;&]*);?/g, (all, word) => {
    const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(word);
    if (!all.endsWith(";") || (!number && !named[word])) throw new Error("no well-formed XML");
    return number ? utf8(String.fromCodePoint(parseInt(number[1] || number[2], number[1] ? 16 : 10))) : named[word];
  });
}

function escapeXML(x) {
  const named = { "<": "&lt;", ">": "&gt;", "&": "&amp;", "\r": "&#13;" };
  return x.replace(/[<>&\x00-\x08\x0b-\x1f]/g, (ch) => named[ch] || " ");
}

function element(name, text, cdata) {
  const inner = cdata && !text.includes("]]>") ? "<![CDATA[" + text + "]]>" : escapeXML(text);
  return "<" + name + ">" + inner + "</" + name + ">";
}

function isXMLName(name) {
  return /^[_:a-zA-Z\x80-\xff][-._:a-zA-Z0-9\x80-\xff]*$/.test(name);
}

// membersXML writes the members of an object as elements.
function membersXML(node, leave) {
  return (node.list || []).filter((c) => !leave || !leave(c.name)).map((c) => {
    if (!isXMLName(c.name)) throw new Error("no name of an element");
    const one = (n) =>
      n.kind === "object" ? "<" + c.name + ">" + membersXML(n) + "</" + c.name + ">" : element(c.name, n.text, false);
    return c.kind === "array" ? c.list.map(one).join("") : one(c);
  }).join("");
}

// asJSON writes a tree that came as XML or pairs as JSON that says the same.
function asJSON(node, leave) {
  const byName = new Map();
  for (const c of node.list || []) {
    if (leave && leave(c.name)) continue;
    byName.set(c.name, (byName.get(c.name) || []).concat(c));
  }
  const one = (n) => (n.kind === "object" ? asJSON(n) : quote(n.text));
  return "{" + Array.from(byName, ([name, list]) =>
    quote(name) + ":" + (list.length > 1 ? "[" + list.map(one).join(",") + "]" : one(list[0]))).join(",") + "}";
}

function toXML(x, root) {
  return "<" + root + ">" + membersXML(parseJSON(x || "{}")) + "</" + root + ">";
}

function fromXML(x, root) {
  const top = parseXML(x).list[0];
  if (top.name !== root) throw form();
  return asJSON(top);
}

function child(node, name) {
  const found = (node.list || []).filter((c) => c.name === name);
  if (found.length > 1) throw new Error("a name that is given twice");
  return found[0];
}

function walk(node, path) {
  for (const name of path) {
    node = node.kind === "array" ? (/^[0-9]+$/.test(name) ? node.list[Number(name)] : undefined) : child(node, name);
    if (!node) return undefined;
  }
  return node.kind === "null" ? undefined : node;
}
