// Charsets of Chinese. The platform reads them and writes none, so what it reads of every
// code is the table by which they are written; it is made when the first text needs it.
// Characters for private use are not in it.
const charsetTables = {};

// addCodes adds what a decoder reads of some codes. Where two codes are one character, the
// first is written.
function addCodes(table, list) {
  const read = decoded(list.join("\n")).split("\n");
  read.forEach((ch, i) => {
    if (Array.from(ch).length === 1 && !/[\ue000-\uf8ff\ufffd]/.test(ch) && !table.has(ch)) table.set(ch, list[i]);
  });
}

// codes2022 are characters, first and last, that GB18030 has in two bytes since 2022, and in four
// by the table of 2005, as servers have it; with the number of the first of those codes.
const codes2022 = [[0x1e3f, 0x1e3f, 7457], [0x9fb4, 0x9fbb, 19057], [0xfe10, 0xfe19, 39076]];

function charsetTable(name) {
  if (charsetTables[name]) return charsetTables[name];
  const table = new Map(name === "gbk" ? [["\u20ac", "\x80"]] : []), two = [], four = [];
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++) if (trail !== 0x7f) two.push(String.fromCharCode(lead, trail));
  }
  addCodes(table, two);
  if (name === "gb18030") {
    for (let n = 0; n < 39420; n++) four.push(fourBytes(n));
    addCodes(table, four);
  }
  for (const [from, to, n] of codes2022) {
    for (let point = from; point <= to; point++) {
      if (name === "gbk") table.delete(String.fromCodePoint(point));
      else table.set(String.fromCodePoint(point), fourBytes(n + point - from));
    }
  }
  charsetTables[name] = table;
  return table;
}

// fourBytes is the code of four bytes with a number.
function fourBytes(n) {
  return String.fromCharCode(0x81 + Math.floor(n / 12600), 0x30 + (Math.floor(n / 1260) % 10), 0x81 + (Math.floor(n / 10) % 126), 0x30 + (n % 10));
}

function inCharset(x, name) {
  const table = charsetTable(name);
  return Array.from(string(x), (ch) => {
    const point = ch.codePointAt(0);
    const bytes = point < 128 ? ch : point > 0xffff && name === "gb18030" ? fourBytes(point - 0x10000 + 189000) : table.get(ch);
    if (bytes === undefined) throw new Error("a character that the charset does not have");
    return bytes;
  }).join("");
}

function gbk(x) {
  return inCharset(x, "gbk");
}

function gb18030(x) {
  return inCharset(x, "gb18030");
}

// ungbk reads GB18030, too.
function ungbk(x) {
  return utf8(decoded(x));
}

function decoded(x) {
  if (typeof TextDecoder === "undefined") throw new Error("this sandbox has no charset of Chinese");
  return new TextDecoder("gb18030").decode(codes(x));
}
