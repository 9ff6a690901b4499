// begin makes the message that a call sends: {app, keys, interface, frame, payload (JSON),
// method, url, headers, body, values (in place of what a sender may choose), id, now, base
// (what the path of the URL has in front of that of the interface)}.
function begin(call, keys) {
  const at = /^(?:([a-z]+):\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(asSent(call.url || ""));
  const m = start({
    sending: true, base: call.base || "", method: call.method || "POST", scheme: at[1] || "https", host: at[2] || "", path: at[3], query: at[4] || "",
    draft: at[4] || "", headers: bytesOf(call.headers || {}), body: utf8(call.body || ""), payload: utf8(call.payload || ""), given: call.values,
    files: call.files || [],
    keys: keys.pairs, now: String(BigInt(call.now || Date.now()) * 1000000n),
  }, null);
  Object.assign(m.values, keys.secrets, {
    now: m.now, random: call.random || randomBytes(32), app: utf8(call.app), interface: utf8(call.interface || ""),
    frame: utf8(call.frame || ""), payload: m.payload, id: utf8(call.id || newID(call, keys.ids)), method: m.method,
    scheme: m.scheme, host: m.host, path: m.path, body: m.body,
  });
  m.json.payload = true;
  return m;
}

// asSent escapes what a URL cannot have, such as Chinese that was typed into a query.
function asSent(address) {
  return utf8(address).replace(/[^!-~]/g, (ch) => "%" + hexUpper(ch));
}

function bytesOf(headers) {
  return Object.keys(headers).reduce((all, name) => Object.assign(all, { [name]: utf8(headers[name]) }), {});
}

// newID is an id for a message that fits some patterns: the app, the time in China and
// five digits, without the end of the app where that is too long; else random.
function newID(call, patterns) {
  const fits = (id) => patterns.every((one) => new RegExp("^(?:" + one + ")$").test(id));
  const now = BigInt(call.now || Date.now()) * 1000000n;
  const time = formatTime(String(now), [["yy", "MM", "dd", "HH", "mm", "ss"]], 480);
  const count = String(10n ** 5n + (toBig(randomBytes(4)) % 10n ** 5n)).slice(1);
  for (let n = call.app.length; n >= 0; n--) {
    const id = call.app.slice(0, n) + time + count;
    if (fits(id)) return id;
  }
  return hex(randomBytes(16));
}

// as makes a message one of a form, with the Content-Type of its body.
function as(m, form) {
  m.form = form;
  if (form.type && !m.headers["Content-Type"]) m.headers["Content-Type"] = form.type + (form.carriage === "multipart" ? boundaryOf(m) : "");
  if (form.empty) m.body = "";
  return m;
}

// secret reads a secret as its kind says: text, hex or base64.
function secret(kind, text) {
  if (kind === "hex") return unhex(text.toLowerCase());
  if (kind === "base64") return unbase64Bare(text.trim().replace(/=+$/, "").replace(/-/g, "+").replace(/_/g, "/"), { loose: true });
  return utf8(text);
}

// readKeys reads the keys of a caller: secrets as texts, key pairs as objects. One that is
// empty is not there.
function readKeys(readers, texts) {
  const out = { secrets: {}, pairs: {} };
  for (const name of Object.keys(readers)) {
    const key = texts[name] && readers[name](texts[name]);
    if (!key) continue;
    out.secrets[name] = typeof key === "string" ? key : "";
    if (typeof key !== "string") out.pairs[name] = key;
  }
  return out;
}

// sentBy is what is kept of a message until its reply comes.
function sentBy(m, wanted) {
  const out = { method: m.method, host: m.host, path: m.path, query: m.query, headers: m.headers, body: m.body, values: {}, json: {} };
  for (const name of wanted.concat("app", "interface", "frame")) {
    if (m.values[name] === undefined) continue;
    out.values[name] = m.values[name];
    out.json[name] = m.json[name];
  }
  return out;
}

// came makes a message of a reply: {status, headers, body (a byte string)}. A bare one has
// nothing of the call.
function came(reply, sent, keys, now, bare) {
  const m = start({
    status: reply.status, headers: reply.headers, body: reply.body, method: "", host: "", path: "", query: "", keys: keys.pairs,
    now: String(BigInt(now || Date.now()) * 1000000n), bare,
  }, sent);
  Object.assign(m.values, keys.secrets, { app: sent.values.app, interface: bare ? "" : sent.values.interface, frame: sent.values.frame,
    body: m.body, path: "", query: "", method: "", httpstatus: String(m.status) });
  return m;
}

// foreign says of what fails that it is no such reply at all.
function foreign(read) {
  try {
    read();
  } catch (e) {
    e.foreign = true;
    throw e;
  }
}

// openFirst reads a reply as the first of some forms that it has, and if it has none as a
// refusal that came before the call was proved, and repeats nothing of it.
function openFirst(readers, make) {
  let why = null;
  for (const bare of [false, true]) {
    for (const read of readers) {
      try {
        const out = read(make(bare));
        if (!bare || !out.ok) return out;
      } catch (e) {
        if (!bare && (!why || (why.foreign && !e.foreign))) why = e;
      }
    }
  }
  throw why || new Error("no reply is declared");
}

// verdict says what came of a reply, by the constants of success and the outcome of its form.
function verdict(m, form) {
  const shows = (c) => m.values[c.at] !== undefined || !c.builtin;
  const holding = (c) => c.at === "text" || !shows(c) || c.texts.includes(m.values[c.at]);
  const success = form.success || [];
  let ok = success.length > 0 ? success.every(holding) : !form.refuses && succeeds(m.status, form.status || []);
  const shown = success.some((c) => c.at !== "text" && shows(c));
  const wrong = Object.assign(new Error("it contradicts the form of the reply"), { foreign: true });
  for (const outcome of form.outcomes || []) {
    if (outcome === "success") {
      if (!ok && success.length) throw wrong;
      ok = true;
    } else {
      if (ok && shown) throw wrong;
      ok = false;
    }
  }
  const text = (name) => (m.values[name] === undefined ? "" : string(m.values[name]));
  return { ok, code: text("code"), text: text("text"), payload: text("payload"), proved: Boolean(form.proves),
    unknown: (form.outcomes || []).includes("unknown") };
}

// taken reports whether a status is one of those that are declared.
function taken(status, one) {
  return one.codes.includes(status) || one.all === Math.floor(status / 100);
}

// succeeds reports whether a status is one of success, where nothing else says so.
function succeeds(status, list) {
  const success = list.find((one) => one.code === "success");
  return success ? taken(status, success) : !status || Math.floor(status / 100) === 2;
}

// fitStatus refuses a reply whose HTTP status tells another outcome than its form has.
function fitStatus(m, list, outcomes) {
  const takes = (one) => taken(m.status, one);
  const success = list.find((one) => one.code === "success");
  if (!success || !m.status) return;
  const fits = takes(success);
  const others = list.some((one) => one !== success && takes(one));
  for (const outcome of outcomes) {
    if (outcome === "success" ? !fits : fits && !others) throw form("the HTTP status");
  }
}
