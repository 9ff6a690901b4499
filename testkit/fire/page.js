"use strict";
(() => {
  const box = document.getElementById("filter"), text = document.getElementById("find"), verdict = document.getElementById("verdict"), count = document.getElementById("count");
  const rows = [...document.querySelectorAll("[data-verdict]")].map((e) => [e, e.textContent.toLowerCase()]);
  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const [e, has] of rows) {
      e.hidden = !(words.every((w) => has.includes(w)) && (!verdict.value || e.dataset.verdict === verdict.value));
      if (!e.hidden && e.tagName === "TR") n++;
    }
    count.textContent = n + " " + count.dataset.cases.toLowerCase();
    if (words.length || verdict.value) document.getElementById("all").open = true;
  }
  text.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  const open = () => { const e = document.getElementById(decodeURIComponent(location.hash.slice(1))); if (e && e.tagName === "DETAILS") e.open = true; };
  addEventListener("hashchange", open);
  open();
  box.hidden = false;
  filter();
})();
