// Compressed texts. What is written is stored in blocks as it is, which every reader takes
// and which needs no compressor here; what is read may be compressed by anybody.
function storedBlocks(x) {
  const most = 0xffff, two = (n) => String.fromCharCode(n & 255, n >> 8);
  let out = "";
  for (let i = 0; i === 0 || i < x.length; i += most) {
    const part = x.slice(i, i + most);
    out += (i + most < x.length ? "\0" : "\x01") + two(part.length) + two(part.length ^ most) + part;
  }
  return out;
}

// prefixCode is a code by the lengths of its words: how many words have each length, and what
// they stand for in their order.
function prefixCode(lengths) {
  const count = new Array(16).fill(0), next = [0, 0], symbols = [];
  for (const n of lengths) count[n]++;
  count[0] = 0;
  for (let n = 1; n < 15; n++) next[n + 1] = next[n] + count[n];
  lengths.forEach((n, symbol) => {
    if (n) symbols[next[n]++] = symbol;
  });
  return { count, symbols };
}

// bitReader reads bits, the low ones of a byte first.
function bitReader(x, at) {
  const r = { at, held: 0, kept: 0 };
  r.bits = (n) => {
    for (; r.kept < n; r.kept += 8) {
      if (r.at >= x.length) throw form("the compressed text");
      r.held |= x.charCodeAt(r.at++) << r.kept;
    }
    const value = r.held & ((1 << n) - 1);
    r.held >>>= n;
    r.kept -= n;
    return value;
  };
  r.whole = () => {
    r.held = 0;
    r.kept = 0;
  };
  r.symbol = ({ count, symbols }) => {
    let word = 0, least = 0, index = 0;
    for (let n = 1; n < 16; n++) {
      word |= r.bits(1);
      if (word - least < count[n]) return symbols[index + word - least];
      index += count[n];
      least = (least + count[n]) << 1;
      word <<= 1;
    }
    throw form("the compressed text");
  };
  return r;
}

// sentCodes are the codes that a block brings along.
function sentCodes(r) {
  const literals = r.bits(5) + 257, distances = r.bits(5) + 1, sizes = r.bits(4) + 4, own = new Array(19).fill(0), lengths = [];
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  for (let i = 0; i < sizes; i++) own[order[i]] = r.bits(3);
  const code = prefixCode(own);
  while (lengths.length < literals + distances) {
    const n = r.symbol(code);
    if (n < 16) lengths.push(n);
    else {
      const again = n === 16 ? 3 + r.bits(2) : n === 17 ? 3 + r.bits(3) : 11 + r.bits(7);
      lengths.push(...new Array(again).fill(n === 16 ? lengths[lengths.length - 1] || 0 : 0));
    }
  }
  return [prefixCode(lengths.slice(0, literals)), prefixCode(lengths.slice(literals, literals + distances))];
}

// fixedCodes are those of blocks that bring none along.
function fixedCodes() {
  const lengths = new Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return [prefixCode(lengths), prefixCode(new Array(30).fill(5))];
}

// copyBlock reads the words of a block: bytes, and copies of what was read before.
function copyBlock(r, out, [literals, distances]) {
  for (let n = r.symbol(literals); n !== 256; n = r.symbol(literals)) {
    if (n < 256) out.push(n);
    else {
      const extra = n < 265 || n === 285 ? 0 : (n - 261) >> 2;
      const size = (n === 285 ? 258 : n < 265 ? n - 254 : ((4 + ((n - 265) & 3)) << extra) + 3) + r.bits(extra);
      const far = r.symbol(distances), more = far < 4 ? 0 : (far >> 1) - 1;
      const back = (far < 4 ? far : (2 + (far & 1)) << more) + 1 + r.bits(more);
      if (!(back <= out.length)) throw form("the compressed text");
      for (let i = 0; i < size; i++) out.push(out[out.length - back]);
    }
    if (!(out.length <= 1 << 24)) throw form("the compressed text"); // as much as the server takes
  }
}

// inflate reads compressed blocks, and says where they end.
function inflate(x, at) {
  const r = bitReader(x, at), out = [];
  for (let last = 0; !last; ) {
    last = r.bits(1);
    const kind = r.bits(2);
    if (kind === 3) throw form("the compressed text");
    if (kind) copyBlock(r, out, kind === 1 ? fixedCodes() : sentCodes(r));
    else {
      r.whole();
      const size = r.bits(16);
      if (r.bits(16) !== (size ^ 0xffff)) throw form("the compressed text");
      for (let i = 0; i < size; i++) out.push(r.bits(8));
    }
  }
  return { text: chars(out), end: r.at };
}

function gzip(x) {
  return "\x1f\x8b\b\0\0\0\0\0\0\xff" + storedBlocks(x) + gzipEnd(x);
}

// gzipEnd is the checksum of a text and its length.
function gzipEnd(x) {
  return reverse(crc32(x)) + reverse(words([x.length]));
}

function ungzip(x) {
  const flags = x.charCodeAt(3);
  let at = 10;
  if (!x.startsWith("\x1f\x8b\b") || x.length < at) throw form("the compressed text");
  if (flags & 4) at += 2 + Number(readNumber(x.slice(at), 2, "little"));
  for (const name of [8, 16]) if (flags & name) at = x.indexOf("\0", at) + 1 || x.length;
  const { text, end } = inflate(x, flags & 2 ? at + 2 : at);
  if (x.slice(end) !== gzipEnd(text)) throw form("the compressed text");
  return text;
}

function zlib(x) {
  return "\x78\x01" + storedBlocks(x) + adler(x);
}

function adler(x) {
  let a = 1, b = 0;
  for (let i = 0; i < x.length; i++) {
    a = (a + x.charCodeAt(i)) % 65521;
    b = (b + a) % 65521;
  }
  return words([(b << 16) | a]);
}

function unzlib(x) {
  const head = [x.charCodeAt(0), x.charCodeAt(1)];
  if ((head[0] & 15) !== 8 || (head[0] * 256 + head[1]) % 31 || head[1] & 32) throw form("the compressed text");
  const { text, end } = inflate(x, 2);
  if (x.slice(end) !== adler(text)) throw form("the compressed text");
  return text;
}
