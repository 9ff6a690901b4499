// A time between steps is the decimal number of its nanoseconds since 1970.
function readTime(x) {
  if (!/^-?[0-9]{1,19}$/.test(x)) throw form("the time");
  return BigInt(x);
}

function epoch(x, unit) {
  return String(readTime(x) / unit);
}

function unepoch(x, unit) {
  if (!/^[0-9]{1,16}$/.test(x) || BigInt(x) > (1n << 62n) / unit) throw form("the time");
  return String(BigInt(x) * unit);
}

function later(x, nanoseconds) {
  return String(readTime(x) + nanoseconds);
}

function sooner(x, nanoseconds) {
  return later(x, -nanoseconds);
}

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function zoneText(minutes, colon) {
  const m = Math.abs(minutes);
  const two = (n) => String(n).padStart(2, "0");
  return (minutes < 0 ? "-" : "+") + two(Math.floor(m / 60)) + (colon ? ":" : "") + two(m % 60);
}

// formatTime writes a time by the first of some lists of words and literals, minutes east
// of Greenwich.
function formatTime(x, [layout], minutes) {
  const at = readTime(x);
  const nano = ((at % 1000000000n) + 1000000000n) % 1000000000n;
  const d = new Date(Number((at - nano) / 1000000n) + minutes * 60000);
  const pad = (n, size) => String(n).padStart(size, "0");
  const fraction = (size) => pad(nano, 9).slice(0, size);
  const words = {
    yyyy: () => pad(d.getUTCFullYear(), 4),
    yy: () => pad(d.getUTCFullYear() % 100, 2),
    MM: () => pad(d.getUTCMonth() + 1, 2),
    dd: () => pad(d.getUTCDate(), 2),
    d: () => String(d.getUTCDate()),
    HH: () => pad(d.getUTCHours(), 2),
    hh: () => pad(d.getUTCHours() % 12 || 12, 2),
    mm: () => pad(d.getUTCMinutes(), 2),
    ss: () => pad(d.getUTCSeconds(), 2),
    SSS: () => fraction(3),
    SSSSSS: () => fraction(6),
    SSSSSSSSS: () => fraction(9),
    Mon: () => dayNames[d.getUTCDay()],
    Jan: () => monthNames[d.getUTCMonth()],
    Z: () => zoneText(minutes, false),
    ZZ: () => (minutes ? zoneText(minutes, true) : "Z"),
  };
  return layout.map((w) => (Array.isArray(w) ? w[0] : words[w]())).join("");
}

// parseTime reads what formatTime writes.
function parseTime(x, layout, minutes) {
  const digits = { yyyy: 4, yy: 2, MM: 2, dd: 2, HH: 2, hh: 2, mm: 2, ss: 2, SSS: 3, SSSSSS: 6, SSSSSSSSS: 9 };
  const got = { yyyy: 1970, MM: 1, dd: 1, HH: 0, mm: 0, ss: 0, nano: 0 };
  let rest = x;
  for (const w of layout) {
    let m = null;
    if (Array.isArray(w)) m = rest.startsWith(w[0]) ? [w[0]] : null;
    else if (digits[w]) m = new RegExp("^[0-9]{" + digits[w] + "}").exec(rest);
    else if (w === "d") m = /^[0-9]{1,2}/.exec(rest);
    else if (w === "Mon" || w === "Jan") m = /^[A-Z][a-z]{2}/.exec(rest);
    else if (w === "Z") m = /^[+-][0-9]{4}/.exec(rest);
    else m = /^(Z|[+-][0-9]{2}:[0-9]{2})/.exec(rest);
    if (!m) throw form("the time");
    rest = rest.slice(m[0].length);
    if (w === "d") got.dd = Number(m[0]);
    else if (w === "Jan") got.MM = monthNames.indexOf(m[0]) + 1;
    else if (w === "Z" || w === "ZZ") minutes = readZone(m[0]);
    else if (w[0] === "S") got.nano = Number(m[0].padEnd(9, "0"));
    else if (w === "yy") got.yyyy = Number(m[0]) + (Number(m[0]) < 69 ? 2000 : 1900);
    else if (!Array.isArray(w)) got[w] = Number(m[0]);
  }
  const d = new Date(Date.UTC(got.yyyy, got.MM - 1, got.dd, got.HH, got.mm, got.ss));
  if (rest || d.getUTCMonth() !== got.MM - 1 || d.getUTCDate() !== got.dd || got.HH > 23 || got.mm > 59 || got.ss > 59) {
    throw form("the time");
  }
  return String(BigInt(d.getTime() - minutes * 60000) * 1000000n + BigInt(got.nano));
}

function readZone(text) {
  if (text === "Z") return 0;
  const m = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text[0] === "-" ? -m : m;
}

// anyTime reads a time in the first of some layouts that fits.
function anyTime(x, layouts, minutes) {
  for (const layout of layouts) {
    try {
      return parseTime(x, layout, minutes);
    } catch (e) {
      continue;
    }
  }
  throw form("the time");
}
