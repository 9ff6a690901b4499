// What the pages do beyond being read: search, folding, tabs, copying, theme and
// language. Everything is there without it.
"use strict";
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const kept = {
    get(name) { try { return localStorage.getItem("jiekou." + name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem("jiekou." + name, value); } catch { /* private windows keep nothing */ } },
  };
  const english = { on: false };

  // Language: the page is Chinese; texts of the interface carry their English.
  function speak(on) {
    english.on = on;
    document.documentElement.lang = on ? "en" : "zh-CN";
    for (const e of all("[data-en]")) {
      e.dataset.zh ??= e.textContent;
      e.textContent = on ? e.dataset.en : e.dataset.zh;
    }
    for (const e of all("[data-en-label]")) {
      e.dataset.zhLabel ??= e.getAttribute("aria-label");
      e.setAttribute("aria-label", on ? e.dataset.enLabel : e.dataset.zhLabel);
    }
    for (const e of all("[data-en-placeholder]")) {
      e.dataset.zhPlaceholder ??= e.placeholder;
      e.placeholder = on ? e.dataset.enPlaceholder : e.dataset.zhPlaceholder;
    }
    for (const e of all("td[data-label]")) {
      e.dataset.zhHead ??= e.dataset.label;
      e.dataset.label = on ? heads[e.dataset.zhHead] ?? e.dataset.zhHead : e.dataset.zhHead;
    }
    for (const e of all(".list td")) {
      const text = e.firstChild;
      if (text?.nodeType !== Node.TEXT_NODE) continue;
      text.zh ??= text.data;
      const word = text.zh.trim(); // a blank stays between it and a link
      if (cells[word]) text.data = on ? text.zh.replace(word, cells[word]) : text.zh;
    }
    const button = $("#language");
    button.textContent = on ? "中" : "EN";
    button.setAttribute("aria-label", on ? "中文" : "EN: English"); // with what is to be read
  }

  function dark() {
    const set = document.documentElement.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  // Words of the heads of tables, which rows repeat on a phone.
  const heads = {
    接口: "Interface", 编号: "No.", 名称: "Title", 类别: "Kind", 状态: "Status", 章节: "Section", 参数: "Field", 位置: "Place",
    是否必须: "Required", 类型: "Type", 长度: "Length", 说明: "Description", 错误码: "Code", 何时: "When", 版本: "Version",
    日期: "Date", 修改人: "Author", 内容: "What",
  };

  // Words of the cells of a list of interfaces, which each row has.
  const cells = { 上报: "Report", 查询: "Query", 通知: "Notification", 未实现: "Not served", 已作废: "Deprecated" };

  // Folding: a row hides what is below it in the tree.
  function fold(button) {
    const open = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(open));
    const row = button.closest("tr"), depth = +row.dataset.depth;
    let closed = Infinity;
    for (let next = row.nextElementSibling; next && +next.dataset.depth > depth; next = next.nextElementSibling) {
      const at = +next.dataset.depth;
      if (at <= closed) closed = Infinity;
      next.hidden = !open || at > closed;
      const inner = $(".fold", next);
      if (closed === Infinity && inner && inner.getAttribute("aria-expanded") === "false") closed = at;
    }
  }

  function tabs(box) {
    const sections = all(".tab", box);
    if (sections.length < 2) return;
    const bar = document.createElement("div");
    bar.className = "tabbar";
    bar.setAttribute("role", "tablist");
    const show = (n) => sections.forEach((s, k) => {
      s.hidden = k !== n;
      bar.children[k].setAttribute("aria-selected", String(k === n));
      bar.children[k].tabIndex = k === n ? 0 : -1;
    });
    sections.forEach((s, n) => {
      const b = document.createElement("button");
      b.type = "button";
      const title = $("h3", s);
      b.textContent = title.textContent;
      if (title.dataset.en) Object.assign(b.dataset, { en: title.dataset.en, zh: title.dataset.zh });
      b.setAttribute("role", "tab");
      s.id ||= "tab-" + n;
      s.setAttribute("role", "tabpanel");
      b.setAttribute("aria-controls", s.id);
      b.addEventListener("click", () => show(n));
      b.addEventListener("keydown", (e) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
        if (!step) return;
        const to = (n + step + sections.length) % sections.length;
        show(to);
        bar.children[to].focus();
      });
      bar.append(b);
    });
    box.prepend(bar);
    box.classList.add("on");
    show(0);
  }

  async function copy(button) {
    const text = button.dataset.copy ?? $("pre", button.parentElement).textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const was = button.textContent;
    button.textContent = "✓";
    setTimeout(() => { button.textContent = was; }, 1200);
  }

  // Search: every entry is [address, name, text, of]; what is typed must be in it, word
  // by word. A name that begins so comes first, what is of another system last. Other
  // systems are loaded when somebody begins to search.
  const { root, system: own, systems } = document.body.dataset;
  const kinds = { 接口: "interface", 错误码: "error code" };
  let entries = [], refresh = () => {};
  window.portalSearch = (list, system, title) => {
    const from = system === own ? "" : title, at = root + system + "/";
    entries = entries.concat(list.map(([to, name, text, of]) => ({ to: at + to, name, text, of, from, low: (name + " " + text).toLowerCase() })));
    refresh();
  };
  function loadOthers() {
    for (const name of (systems || "").split(" ").filter((one) => one && one !== own)) {
      document.head.append(Object.assign(document.createElement("script"), { src: root + name + "/search.js" }));
    }
  }
  function found(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const rank = (e) => {
      const name = e.name.toLowerCase();
      return (name === words[0] ? 0 : name.startsWith(words[0]) ? 1 : name.includes(words[0]) ? 2 : 3) + (e.to.includes("#") ? 0.5 : 0);
    };
    // By rank, so that nothing needs sorting: what is of other systems behind the own.
    const most = own ? 20 : 40, mine = [], others = [];
    for (const e of entries) {
      if (!words.every((w) => e.low.includes(w))) continue;
      const ranked = e.from === "" ? mine : others, list = (ranked[2 * rank(e)] ??= []);
      if (list.length < 40) list.push(e);
    }
    return [...mine.flat().slice(0, 40), ...others.flat().slice(0, most)];
  }
  function search(input, box) {
    let at = -1;
    const mark = (n) => {
      const links = all("a", box);
      if (!links.length) return;
      at = (n + links.length) % links.length;
      links.forEach((a, k) => a.setAttribute("aria-selected", String(k === at)));
      links[at].scrollIntoView({ block: "nearest" });
    };
    const close = () => { box.hidden = true; input.setAttribute("aria-expanded", "false"); };
    const show = () => {
      at = -1;
      box.textContent = "";
      const hits = found(input.value);
      for (const e of hits) {
        const a = document.createElement("a");
        a.href = e.to;
        const name = document.createElement("code");
        name.textContent = e.name;
        const of = document.createElement("span");
        of.textContent = " " + (english.on ? kinds[e.of] ?? e.of : e.of) + (e.from && " · " + e.from);
        const text = document.createElement("small");
        text.textContent = e.text;
        a.append(name, of, text);
        box.append(a);
      }
      if (!hits.length) {
        const p = document.createElement("p");
        p.textContent = english.on ? "Nothing found" : "没有找到";
        box.append(p);
      }
      box.hidden = !input.value.trim();
      input.setAttribute("aria-expanded", String(!box.hidden));
    };
    refresh = () => { if (!box.hidden) show(); };
    let loaded = false;
    const load = () => { if (!loaded) loadOthers(); loaded = true; };
    input.addEventListener("focus", load);
    input.addEventListener("input", () => { load(); show(); });
    input.addEventListener("focus", show);
    input.addEventListener("keydown", (e) => {
      if (e.isComposing) return; // the keys are of an input method: Enter ends a word
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); mark(at + (e.key === "ArrowDown" ? 1 : -1)); }
      if (e.key === "Escape") { close(); input.blur(); }
    });
    input.form.addEventListener("submit", (e) => {
      e.preventDefault();
      const links = all("a", box);
      if (links.length) location.href = links[Math.max(at, 0)].href;
      close();
    });
    box.addEventListener("click", close);
    document.addEventListener("click", (e) => { if (!e.target.closest(".search")) close(); });
    document.addEventListener("keydown", (e) => {
      if (e.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { e.preventDefault(); input.focus(); }
    });
  }

  // A row that an address names is shown, even in a folded tree or a closed list.
  function reveal() {
    const to = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!to) return;
    if (to.hidden) all(".fold[aria-expanded=false]").forEach(fold);
    to.closest("details")?.setAttribute("open", "");
    if (to.matches("section.code")) $("details", to)?.setAttribute("open", "");
    to.scrollIntoView();
  }

  const theme = kept.get("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  speak((kept.get("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en")) === "en");
  $("#language").addEventListener("click", () => { kept.set("language", english.on ? "zh" : "en"); speak(!english.on); });
  $("#theme").addEventListener("click", () => {
    const to = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = to;
    kept.set("theme", to);
  });
  all(".fold").forEach((b) => b.addEventListener("click", () => fold(b)));
  all(".tabs").forEach(tabs);
  all(".copy").forEach((b) => b.addEventListener("click", () => copy(b)));
  if ($("#search")) search($("#search"), $("#found"));
  const side = $(".side details");
  if (side && matchMedia("(max-width: 60rem)").matches) side.open = false;
  $(".side [aria-current]")?.scrollIntoView({ block: "center" });
  window.scrollTo(0, 0);
  $("#active-only")?.addEventListener("change", (e) => all("tr.deprecated, tr.unimplemented").forEach((tr) => { tr.hidden = e.target.checked; }));
  $("#code")?.addEventListener("input", (e) => {
    const q = e.target.value.trim().toLowerCase();
    const named = all("section.code").filter((s) => s.dataset.code.toLowerCase() === q);
    for (const s of all("section.code")) s.hidden = q !== "" && !(named.length ? named.includes(s) : s.textContent.toLowerCase().includes(q));
    for (const s of named) $("details", s)?.setAttribute("open", "");
  });
  addEventListener("hashchange", reveal);
  reveal();
})();
