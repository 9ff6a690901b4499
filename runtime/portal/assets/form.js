// The form of a request: a control for each field, objects and lists with forms of their own,
// and the conditions between them. What is entered is JSON, with the digits that were typed.
"use strict";
(() => {
  const p = portalProtocol;

  // make makes an element; texts of the page are [Chinese, English], others plain.
  function make(name, members, ...children) {
    const e = Object.assign(document.createElement(name), members);
    e.append(...children);
    return e;
  }
  function say(e, [zh, en]) {
    Object.assign(e.dataset, { zh, en });
    e.textContent = document.documentElement.lang === "en" ? en : zh;
    return e;
  }
  const told = (name, words, members) => say(make(name, members), words);
  const fail = (zh, en) => Object.assign(new Error(en), { words: [zh, en] });

  // Entries: a name with what it is, and a control.
  let count = 0;
  function title(name, note, required) {
    const must = told("span", ["必填", "required"], { className: "must", hidden: !required });
    const parts = [make("code", { textContent: name }), must];
    if (note) parts.push(Array.isArray(note) ? told("small", note) : make("small", { textContent: note }));
    return { must, parts };
  }
  function labelled(name, note, required, control) {
    control.id = "try-" + ++count;
    control.name = name;
    const { must, parts } = title(name, note, required);
    return Object.assign(make("div", { className: "entry" }, make("label", { htmlFor: control.id }, ...parts), control), { must });
  }
  function plainInput(members) {
    const e = make("input", Object.assign({ type: "text", autocomplete: "off", spellcheck: false }, members));
    e.setAttribute("autocapitalize", "off");
    return e;
  }
  function area(value, rows) {
    return make("textarea", { value, rows, spellcheck: false, autocomplete: "off" });
  }
  const listed = (v) => make("option", { value: v.value, textContent: v.value + (v.label && v.label !== v.value ? " " + v.label : "") });
  function choice(f) {
    const e = make("select", {}, told("option", ["（不传）", "(left out)"], { value: "" }));
    e.append(...(f.kind === "bool" ? [{ value: "true" }, { value: "false" }] : f.values).map(listed));
    e.value = f.value || "";
    return e;
  }
  function control(f) {
    if (f.kind === "json") return area(f.value || "", Math.min(12, (f.value || "").split("\n").length + 1));
    if (f.kind === "bool" || (f.values && !f.open)) return choice(f);
    return plainInput({ value: f.value || "", inputMode: f.kind === "number" ? "decimal" : "text" });
  }

  // A scope is the fields of one object; up is the scope around it. A field of an object has
  // the scope inside of it, one of a list a scope for each item.
  function scopeOf(entries, up) {
    const scope = { up };
    scope.fields = entries.map((e) => Object.assign({}, e, { scope }));
    scope.fields.forEach(build);
    return scope;
  }
  function build(f) {
    if (f.fields) return group(f);
    f.control = control(f);
    f.row = labelled(f.name, f.label, f.required, f.control);
    f.must = f.row.must;
    if (f.control.tagName === "INPUT" && f.values) {
      const id = "values-" + ++count;
      f.control.setAttribute("list", id);
      f.row.append(make("datalist", { id }, ...f.values.map((v) => make("option", { value: v.value, label: v.label || "" }))));
    }
    return undefined;
  }
  function group(f) {
    const { must, parts } = title(f.name, f.label, f.required);
    f.must = must;
    f.row = make("fieldset", { className: "group" }, make("legend", {}, ...parts));
    if (f.kind === "object") {
      f.inner = scopeOf(f.fields, f.scope);
      f.row.append(...f.inner.fields.map((one) => one.row));
    } else {
      f.items = [];
      f.holder = make("div", {});
      const more = told("button", ["添加一项", "Add one"], { type: "button", className: "more" });
      more.addEventListener("click", () => {
        add(f);
        settle(f.scope);
      });
      f.row.append(f.holder, more);
    }
    try {
      if (f.value) fill(f, p.parseJSON(p.utf8(f.value)));
    } catch {
      clear(f); // a sample that the form has no place for
    }
  }
  function add(f) {
    const item = scopeOf(f.fields, f.scope);
    item.fields.forEach(clear);
    const remove = told("button", ["删除这一项", "Remove it"], { type: "button", className: "less" });
    item.box = make("div", { className: "item" }, ...item.fields.map((one) => one.row), remove);
    remove.addEventListener("click", () => {
      f.items = f.items.filter((one) => one !== item);
      item.box.remove();
      settle(f.scope);
    });
    f.items.push(item);
    f.holder.append(item.box);
    return item;
  }
  function clear(f) {
    if (f.inner) f.inner.fields.forEach(clear);
    else if (f.items) f.items.splice(0).forEach((item) => item.box.remove());
    else f.control.value = "";
  }

  // given: something is entered; sent: it is in the message.
  const given = (f) => !f.barred && (f.inner ? f.inner.fields.some(given) : f.items ? f.items.length > 0 : f.control.value !== "");
  const sent = (f) => !f.barred && (given(f) || Boolean(f.fields && f.required));

  // Conditions: what a field has to be while the others are as they are; ../ leads to the object
  // around. One that may not be there is hidden and left out; JSON written by hand has no such guard.
  function named(scope, name) {
    let at = scope, own = name;
    for (; own.startsWith("../") && at; own = own.slice(3)) at = at.up;
    return at && at.fields.find((f) => f.name === own);
  }
  const has = (scope, name) => {
    const f = named(scope, name);
    return Boolean(f) && sent(f);
  };
  const order = { "<": (n) => n < 0, "<=": (n) => n <= 0, ">": (n) => n > 0, ">=": (n) => n >= 0 };
  function meets(scope, m) {
    const f = named(scope, m.name), text = f && !f.barred && f.control ? f.control.value : "";
    if (text === "") return false;
    return m.values.some((v) => (order[m.order] || ((n) => n === 0))(text === v ? 0 : isNaN(text) || isNaN(v) ? NaN : text - v));
  }
  const all = (scope, list) => list.every((m) => meets(scope, m));
  function wanted(s, w) {
    return (w.requiredIf && all(s, w.requiredIf)) || (w.requiredUnless && !all(s, w.requiredUnless)) || (w.requiredWith || []).some((name) => has(s, name)) ||
      (w.requiredWithout || []).some((name) => !has(s, name)) || Boolean(w.requiredWithoutAll && !w.requiredWithoutAll.some((name) => has(s, name)));
  }
  const barred = (s, w) => Boolean((w.presentIf && !all(s, w.presentIf)) || (w.absentIf && all(s, w.absentIf)) || (w.absentWith || []).some((name) => has(s, name)));
  function offer(f, list) {
    const e = f.control, was = e.value;
    if (f.shown === list || e.tagName !== "SELECT") return;
    f.shown = list;
    e.replaceChildren(e.firstChild, ...list.map(listed));
    e.value = list.some((v) => v.value === was) ? was : "";
  }
  function* every(scope) {
    for (const f of scope.fields) {
      yield f;
      if (f.inner) yield* every(f.inner);
      for (const item of f.items || []) yield* every(item);
    }
  }
  // settle carries the conditions out; one may rest on another, so it looks until none changes.
  function settle(some) {
    let top = some;
    while (top.up) top = top.up;
    const list = [...every(top)];
    for (const f of list) if (f.cases) offer(f, (f.cases.find((m) => meets(f.scope, m)) || { only: f.values }).only);
    for (let n = 0, changed = true; changed && n < list.length; n++) {
      changed = false;
      for (const f of list.filter((one) => one.when)) {
        const was = f.barred;
        f.barred = barred(f.scope, f.when);
        f.wanted = !f.barred && (Boolean(f.required) || wanted(f.scope, f.when));
        changed ||= f.barred !== was;
      }
    }
    for (const f of list.filter((one) => one.when)) {
      f.row.hidden = f.barred;
      f.must.hidden = !f.wanted;
    }
  }

  // JSON. Numbers keep their digits, so nothing goes through JSON.parse.
  function parsed(text, name) {
    try {
      return p.parseJSON(p.utf8(text));
    } catch {
      throw fail(name + " 不是正确的 JSON", name + " is no well-formed JSON");
    }
  }
  function jsonOf(f) {
    if (f.inner) return objectOf(f.inner.fields);
    if (f.items) return "[" + f.items.map((item) => objectOf(item.fields)).join(",") + "]";
    const text = f.control.value;
    if (f.kind === "text") return JSON.stringify(text);
    if (f.kind === "json") return parsed(text, f.name) && text.trim();
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$|^true$|^false$/.test(text) ? text : JSON.stringify(text);
  }
  const objectOf = (fields) => "{" + fields.filter(sent).map((f) => JSON.stringify(f.name) + ":" + jsonOf(f)).join(",") + "}";
  // pretty is JSON on lines.
  function pretty(node, at = "\n") {
    if (node.kind !== "object" && node.kind !== "array") return p.string(node.raw);
    const inner = at + "  ", [open, close] = node.kind === "array" ? "[]" : "{}";
    if (!node.list.length) return open + close;
    return open + node.list.map((n) => inner + (node.kind === "array" ? "" : p.string(p.quote(n.name)) + ": ") + pretty(n, inner)).join(",") + at + close;
  }
  // fill takes a value into the form, which must have a place for each of its members.
  function fill(f, node) {
    if (!node || node.kind === "null") return clear(f);
    if (f.inner) return fillAll(f.inner.fields, node, f.name);
    if (f.items) {
      if (node.kind !== "array") throw fail(f.name + " 不是列表", f.name + " is no list");
      clear(f);
      return node.list.forEach((one) => fillAll(add(f).fields, one, f.name));
    }
    if (f.cases) offer(f, f.values);
    f.control.value = node.kind === "text" ? p.string(node.text) : pretty(node);
    return undefined;
  }
  function fillAll(fields, node, name) {
    if (node.kind !== "object") throw fail(name + " 不是对象", name + " is no object");
    for (const n of node.list) {
      if (!fields.some((f) => f.name === p.string(n.name))) throw fail("表单中没有 " + p.string(n.name), "the form has no " + p.string(n.name));
    }
    for (const f of fields) fill(f, node.list.find((one) => p.string(one.name) === f.name));
  }
  // lessen leaves what is required.
  function lessen(f) {
    if (!f.required && !f.wanted) clear(f);
    else for (const one of f.inner ? f.inner.fields : (f.items || []).flatMap((item) => item.fields)) lessen(one);
  }

  window.portalForm = { make, told, fail, labelled, plainInput, area, scopeOf, settle, parsed, objectOf, pretty, fillAll, lessen };
})();
