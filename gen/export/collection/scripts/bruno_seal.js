// 由 jiekou 生成：发送前按协议写好并保护报文。请求正文是业务参数；应用标识和密钥在集合变量里填写。
{
  const read = (name) => bru.getEnvVar(name) || bru.getVar(name) || bru.getCollectionVar(name) || "";
  const resolved = (text) => (typeof text === "string" ? bru.interpolate(text) : text);
  const name = req.getName().split(" ")[0];
  const one = interfaces[name] || {};
  const body = req.getBody({ raw: true });
  const typed = resolved(typeof body === "string" ? body : body ? JSON.stringify(body) : "");
  const formOf = (text) => (text ? parseJSON(utf8(text)).list : []).filter((n) => n.kind !== "null") // numbers keep their digits
    .map((n) => [n.name, n.text].map((s) => url(s, "-_.~", true)).join("=")).join("&");
  const own = req.getHeaders();
  const call = {
    app: read("app"), interface: name, frame: one.frame, method: req.getMethod(), url: resolved(req.getUrl()),
    headers: Object.keys(own).filter((key) => !/^(user-agent|request-start-time|content-type)$/i.test(key) || one.form)
      .reduce((all, key) => Object.assign(all, { [key]: String(resolved(own[key])) }), {}),
    payload: one.form ? formOf(typed) : typed, values: {},
  };
  if (!call.app) throw new Error("请先在集合变量中填写 app 和密钥");
  if (login && one.token && !read(login.input)) throw new Error("请先发送登录请求 " + login.cmd + "，它的令牌会留给其他请求");
  for (const input of inputs) if (read(input)) call.values[input] = read(input);
  const sealed = seal(call, Object.keys(keyReaders).reduce((all, key) => Object.assign(all, { [key]: read(key) }), {}));
  const m = sealed.message;
  req.disableParsingResponseJson(); // a signature is over the bytes that came
  bru.setVar("jiekou_sent", JSON.stringify(sealed.sent));
  req.setMethod(m.method);
  req.setUrl(m.scheme + "://" + m.host + m.path + (m.query ? "?" + m.query : ""));
  // Headers are bytes, one character each: Chinese goes as its UTF-8.
  Object.keys(m.headers).forEach((key) => req.setHeader(key, m.headers[key]));
  if (m.body || typed) req.setBody(string(m.body), { raw: true });
}
