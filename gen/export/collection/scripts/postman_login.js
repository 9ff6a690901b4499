// withToken 取得令牌后再写报文：尚有效的直接使用，否则先登录一次。
const withToken = (read, write, formOf) => {
  if (read("jiekou.token") && Number(read("jiekou.until")) > Date.now()) return write(read("jiekou.token"));
  const keys = Object.keys(keyReaders).reduce((all, key) => Object.assign(all, { [key]: read(key) }), {});
  const sealed = seal({
    app: read("app"), interface: login.cmd, frame: login.frame, method: login.method, url: pm.variables.replaceIn("{{baseUrl}}" + login.path),
    headers: {}, payload: login.form ? formOf(login.payload) : login.payload, values: {},
  }, keys);
  const m = sealed.message;
  const asked = Date.now();
  const request = {
    url: m.scheme + "://" + m.host + m.path + (m.query ? "?" + m.query : ""), method: m.method,
    header: Object.keys(m.headers).map((key) => ({ key, value: m.headers[key] })), body: { mode: "raw", raw: string(m.body) },
  };
  return pm.sendRequest(request, (error, response) => stopped(() => {
    if (error) throw error;
    const headers = {};
    response.headers.each((h) => (headers[h.key] = utf8(h.value)));
    const raw = response.stream ? chars(new Uint8Array(response.stream)) : utf8(response.text());
    const result = open({ status: response.code, headers, body: raw }, sealed.sent, keys);
    if (!result.ok) throw new Error("登录被拒绝：" + result.code + " " + result.text);
    const at = (path) => path.reduce((found, name) => (found ? found[name] : undefined), JSON.parse(result.payload || "{}"));
    const token = String(at(login.value) || "");
    if (!token) throw new Error("登录的应答里没有令牌");
    const seconds = Number(login.seconds.length > 0 ? at(login.seconds) : 0) || login.lasts;
    pm.collectionVariables.set("jiekou.token", token);
    pm.collectionVariables.set("jiekou.until", seconds > 0 ? asked + 1000 * (seconds - Math.min(60, seconds / 10)) : 8.64e15);
    write(token);
  }));
};

