// Why a message was refused: a capture is read as the server reads it, every line of the
// protocol is tried, and where a value differs, what a sender may have done otherwise. All
// of it in the page: neither the capture nor a key leaves it.
"use strict";
(() => {
  const box = document.getElementById("why-box"), p = portalProtocol, { portalSaid } = window;
  const { make, told, fail, block, masked, labelled, area, inputs, call, keysOf, base: front } = window.portalTry;

  // Captures: raw HTTP, or a curl command.
  function words(text) {
    const quoted = /^(?:\$'((?:[^'\\]|\\[^])*)'|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\\r?\n|\\([^])|([^\s\\'"$]+|\$))/;
    const escapes = { n: "\n", r: "\r", t: "\t" };
    const out = [];
    let one = null;
    for (let rest = text; rest;) {
      const blank = /^\s+/.exec(rest), m = blank || quoted.exec(rest);
      if (!m) throw fail("命令里的引号没有成对", "a quote of the command is open");
      rest = rest.slice(m[0].length);
      if (blank) {
        if (one !== null) out.push(one);
        one = null;
      } else if (!/^\\\r?\n/.test(m[0])) {
        const ansi = m[1] && m[1].replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g, (_, u, x, ch) => (ch ? escapes[ch] || ch : String.fromCharCode(parseInt(u || x, 16))));
        const soft = m[3] && m[3].replace(/\\\r?\n/g, "").replace(/\\(["\\$`])/g, "$1");
        one = (one || "") + (ansi || m[2] || soft || m[4] || m[5] || "");
      }
    }
    return one === null ? out : out.concat(one);
  }
  const long = { X: "request", H: "header", d: "data", G: "get", A: "user-agent", b: "cookie", e: "referer", o: "output", m: "max-time", u: "user", x: "proxy", c: "cookie-jar" };
  const taking = ["request", "header", "data", "data-raw", "data-ascii", "data-binary", "data-urlencode", "json", "url", "user-agent", "cookie", "referer", "output", "max-time", "user", "proxy", "cookie-jar", "connect-timeout"];
  function curl(text) {
    const c = { method: "", url: "", headers: {}, data: [], get: false };
    const list = words(text).slice(1);
    while (list.length) {
      const one = list.shift();
      const short = /^-([A-Za-z])([^]*)$/.exec(one), name = one.startsWith("--") ? one.slice(2) : short && long[short[1]];
      if (!one.startsWith("-")) c.url = one;
      else if (taking.includes(name)) option(c, name, short && short[2] ? short[2] : list.shift() || "");
      else if (name === "get") c.get = true;
    }
    const body = c.data.join("&");
    if (c.get && body) c.url += (c.url.includes("?") ? "&" : "?") + body;
    return { method: c.method || (c.data.length && !c.get ? "POST" : "GET"), url: c.url, headers: c.headers, body: c.get ? "" : body };
  }
  function option(c, name, value) {
    if (name === "request") c.method = value;
    else if (name === "url") c.url = value;
    else if (name === "header") {
      const at = value.indexOf(":");
      if (at > 0) c.headers[value.slice(0, at).trim()] = value.slice(at + 1).trim();
    } else if (name.startsWith("data") || name === "json") {
      if (value.startsWith("@") && name !== "data-raw") throw fail("命令从文件读取正文，网页读不到：请粘贴正文本身", "the command reads its body from a file: paste the body itself");
      const [, key, text] = /^([^=]*=)?([^]*)$/.exec(value);
      c.data.push(name === "data-urlencode" ? (key || "") + encodeURIComponent(text) : name.startsWith("data-") ? value : value.replace(/[\r\n]/g, ""));
      const type = name === "json" ? "application/json" : "application/x-www-form-urlencoded";
      if (!Object.keys(c.headers).some((h) => h.toLowerCase() === "content-type")) c.headers["Content-Type"] = type;
    }
  }
  function http(text) {
    const at = /\r?\n\r?\n/.exec(text), head = at ? text.slice(0, at.index) : text.trimEnd();
    const [start, ...lines] = head.split(/\r?\n/), [method, target] = start.split(" ");
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon < 1) throw fail("不是请求头：" + line.slice(0, 40), "no header: " + line.slice(0, 40));
      headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
    }
    return { method, url: target, headers, body: at ? text.slice(at.index + at[0].length) : "" };
  }
  function captured(text) {
    const found = text.replace(/^\ufeff?\s+/, "");
    let c = null;
    if (/^[$>#]?\s*curl(\.exe)?\s/.test(found)) c = curl(found.replace(/^[$>#]\s*/, ""));
    else if (/^[A-Z]+ \S+( HTTP\/[0-9.]+)?\r?(\n|$)/.test(found)) c = http(found);
    else if (/^[{<]/.test(found)) c = { method: call.method, url: call.path || "/", headers: { "Content-Type": "application/json" }, body: found };
    else throw fail("请粘贴 HTTP 原文（请求行、请求头、空行、正文）或 curl 命令", "Paste raw HTTP (request line, headers, an empty line, the body) or a curl command");
    for (const name of Object.keys(c.headers)) {
      if (/^content-length$/i.test(name) && Number(c.headers[name]) < p.utf8(c.body).length) c.body = c.body.replace(/\r?\n$/, "");
      c.headers[name] = p.utf8(c.headers[name]);
    }
    const [, host, path] = /^(https?:\/\/[^/]*)?(.*)$/s.exec(c.url);
    if (path.startsWith(front + "/")) c.url = (host || "") + path.slice(front.length); // as the server sees it
    return Object.assign(c, { url: p.utf8(c.url), body: p.utf8(c.body) });
  }

  // Mistakes: what a sender may do otherwise, tried one at a time. One that gives exactly
  // what came is proven.
  function used(m, one) {
    const names = [], values = Object.assign({}, m.values);
    for (const name of Object.keys(values)) {
      Object.defineProperty(m.values, name, { get: () => (names.push(name), values[name]), configurable: true, enumerable: true });
    }
    holds(one);
    for (const name of Object.keys(values)) Object.defineProperty(m.values, name, { value: values[name], writable: true, configurable: true, enumerable: true });
    return [...new Set(names)].filter((name) => name !== one.name && values[name]);
  }
  function holds(one) {
    try {
      one.act();
      return true;
    } catch {
      return false;
    }
  }
  const shape = [
    ["没有参与", "is left out", () => ""], ["用了大写", "is in upper case", (x) => x.toUpperCase()], ["用了小写", "is in lower case", (x) => x.toLowerCase()],
    ["去掉了首尾空白", "is without blanks around it", (x) => x.trim()], ["末尾多了换行", "has a line break behind it", (x) => x + "\n"],
    ["做了 Base64", "is in Base64", (x) => btoa(x)], ["做了 URL 编码", "is escaped for a URL", (x) => p.url(x, "-_.~", false)],
  ];
  const swaps = [
    ["hex", "十六进制写成了大写", "hex in upper case", (f) => (x) => f(x).toUpperCase()], ["hexUpper", "十六进制写成了小写", "hex in lower case", (f) => (x) => f(x).toLowerCase()],
    ["hex", "用了 Base64，而不是十六进制", "Base64 in place of hex", () => btoa], ["hexUpper", "用了 Base64，而不是十六进制", "Base64 in place of hex", () => btoa],
    ["base64", "用了十六进制，而不是 Base64", "hex in place of Base64", () => p.hex], ["url", "没有做 URL 编码", "nothing is escaped for a URL", () => (x) => x],
    ["url", "空格写成了另一种（+ 或 %20）", "the other way to write a blank (+ or %20)", (f) => (x, safe, plus, low) => f(x, safe, !plus, low)],
    ["url", "URL 编码用了小写", "escapes in lower case", (f) => (x, safe, plus) => f(x, safe, plus, true)],
    ["compact", "JSON 没有去掉空白", "JSON with its blanks", () => (x) => x],
    ["select", "空值的取舍相反", "empty values are taken where they are left out, or the reverse", (f) => (m, s) => f(m, Object.assign({}, s, { empty: !s.empty }))],
    ["select", "参数没有排序", "parameters are not sorted", (f) => (m, s) => f(m, Object.assign({}, s, { sort: "" }))],
    ["select", "参数之间没有分隔符", "nothing stands between parameters", (f) => (m, s) => f(m, Object.assign({}, s, { join: "" }))],
    ["select", "只拼了参数值", "values without names", (f) => (m, s) => f(m, Object.assign({}, s, { pair: (name, value) => value }))],
  ];
  function causes(m, one) {
    const out = [], until = performance.now() + 2000;
    const attempt = (zh, en, change) => {
      if (performance.now() > until) return;
      const back = change();
      if (holds(one)) out.push([zh, en]);
      back();
    };
    const put = (object, name, value) => {
      const was = object[name];
      object[name] = value;
      return () => { object[name] = was; };
    };
    const names = used(m, one);
    for (const name of names) {
      for (const [zh, en, f] of shape) if (f(m.values[name]) !== m.values[name]) attempt(`${name} ${zh}`, `${name} ${en}`, () => put(m.values, name, f(m.values[name])));
    }
    for (const [name, zh, en, f] of swaps) if (p.swaps[name]) attempt(zh, en, () => p.swaps[name](f));
    attempt("没有排序", "nothing is sorted", () => put(Array.prototype, "sort", function own() { return this; }));
    for (const name of names) {
      for (const other of Object.keys(m.values)) {
        const text = m.values[other];
        if (text && other !== one.name && text !== m.values[name] && text !== m.values[one.name]) attempt(`${name} 的位置用了 ${other}`, `${other} stands in the place of ${name}`, () => put(m.values, name, text));
      }
    }
    return out;
  }

  // What is shown.
  const only = { once: ["只用一次：是否用过，只有服务器知道", "it counts once: only the server knows whether it came before"], issued: ["令牌是否有效，只有服务器知道", "only the server knows whether the token holds"] };
  function difference(s, ours, theirs) {
    const a = masked(s, ours), b = masked(s, p.utf8(theirs));
    let n = 0;
    while (n < a.length && a[n] === b[n]) n++;
    if (a === b) return [told("p", ["您的原文与我们的一样：差别在后面的步骤或密钥。", "Your text is ours: it is a step behind it, or the key."], { className: "small" })];
    const around = (x) => x.slice(Math.max(0, n - 20), n) + "»" + x.slice(n, n + 30);
    return [told("p", [`您的原文从第 ${n + 1} 个字符起不同：`, `Your text differs from character ${n + 1} on:`]), block("我们 " + around(a) + "\n您的 " + around(b))];
  }
  function step(m, one) {
    const s = { message: m }, item = make("li", {}, make("code", { textContent: one.name }), " ");
    if (one.only) item.append(told("span", only[one.only], { className: "tag" }));
    else if (one.holds) item.append(told("span", ["一致", "holds"], { className: "tag ok" }));
    else item.append(told("strong", portalSaid(one.why), { className: "bad" }));
    for (const t of one.steps) item.append(make("div", {}, t.what ? make("code", { className: "step", textContent: t.what }) : told("span", ["原文", "text"], { className: "small" }), block(masked(s, t.text))));
    if (one.holds || one.only || one.ours === undefined) return item;
    item.append(told("p", ["我们算出的，和报文里的：", "What we make, and what came:"], { className: "small" }), block(masked(s, one.ours) + "\n" + masked(s, one.came || "")));
    const theirs = sender.value, base = one.steps.find((t) => !t.what);
    if (theirs && base) item.append(...difference(s, base.text, theirs));
    return item;
  }
  function guesses(m, one) {
    if (one.holds || one.only || !/differs/.test(one.why)) return [];
    const list = causes(m, one);
    if (!list.length) {
      return [told("p", ["常见的写法都试过了，没有一种得到报文里的值：先核对密钥，再逐字比较上面的原文。jiekou explain-signature 会试更多，包括两处同时不同。",
        "None of the usual ways gives what came: check the key first, then compare the text above. jiekou explain-signature tries more, two mistakes at once among them."], { className: "small" })];
    }
    return [told("p", ["发送方很可能：", "What the sender did, probably:"]), make("ul", { className: "causes" }, ...list.slice(0, 6).map((c) => told("li", [c[0] + "（已验证：这样恰好得到报文里的值）", c[1] + " (proven: it gives exactly what came)"])))];
  }
  function shown(m) {
    const bad = m.explained.filter((one) => !one.holds && !one.only);
    const head = make("div", { className: "verdict" });
    if (m.lost) head.append(told("strong", ["读不懂这份报文：", "The message cannot be read: "], { className: "bad" }), told("span", portalSaid(m.lost)));
    else if (bad.length) head.append(told("strong", ["会被拒绝：", "It is refused by "], { className: "bad" }), make("code", { textContent: bad[0].name }), " ", told("span", portalSaid(bad[0].why)));
    else head.append(told("strong", ["能通过验证", "It holds"], { className: "ok" }));
    result.replaceChildren(head);
    const named = m.values.interface && p.string(m.values.interface);
    if (named) head.append(" ", make("code", { textContent: named }));
    const interesting = m.explained.filter((one) => !one.holds || one.only || one.steps.length);
    const list = make("ol", { className: "steps" });
    for (const one of interesting) {
      const item = step(m, one);
      item.append(...guesses(m, one));
      list.append(item);
    }
    if (interesting.length) result.append(list);
    if (m.values.payload && !m.lost) {
      let text = p.isText(m.values.payload) ? masked({ message: m }, m.values.payload) : "";
      try {
        p.parseJSON(m.values.payload);
      } catch {
        text = text && !bad.length ? text : "";
      }
      result.append(text ? make("details", {}, told("summary", ["业务数据", "Payload"]), block(text)) : told("p", ["解密出来的不是文本：加密用的密钥不同。", "What is decrypted is no text: the cipher has another key."], { className: "warn" }));
    }
  }
  function explain() {
    result.replaceChildren();
    try {
      const { app, keys } = keysOf();
      shown(p.explain(captured(text.value), keys, { app, interface: box.dataset.cmd, frame: call.frame }));
    } catch (e) {
      result.replaceChildren(told("p", e.words || ["读不懂这份报文：" + portalSaid(e.message)[0], "The message cannot be read: " + e.message], { className: "warn" }));
    }
  }

  const text = area("", 8), sender = area("", 2), result = make("div", { className: "result" });
  result.setAttribute("role", "status");
  const button = told("button", ["查明原因", "Find out why"], { type: "button", id: "why-go", className: "main" });
  button.addEventListener("click", explain);
  text.placeholder = "POST /… HTTP/1.1";
  box.append(told("p", ["粘贴被拒绝的请求：HTTP 原文或 curl 命令。用上面填写的应用和密钥验证；报文和密钥都不离开本页。", "Paste the request that was refused: raw HTTP, or a curl command. It is verified with the app and keys entered above; neither leaves this page."], { className: "small" }),
    labelled("capture", "", false, text), labelled("signed", ["您参与签名的原文（选填）", "the text that you signed (optional)"], false, sender), make("p", { className: "buttons" }, button), result);
  if (!inputs.length) box.hidden = true;
})();
