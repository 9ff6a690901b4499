package jiekou;

import static jiekou.Texts.form;
import static jiekou.Texts.isText;
import static jiekou.Texts.trim;
import static jiekou.Texts.unurl;
import static jiekou.Texts.utf8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value that was read from JSON, XML or pairs: text is without escapes, raw as it stood. */
final class Tree {
    enum Kind { OBJECT, ARRAY, TEXT, SCALAR, NULL }

    Kind kind;
    String name = "";
    String text = "";
    String raw = "";
    String full = "";
    int from;
    List<Tree> list = new ArrayList<>();

    Tree(Kind kind) {
        this.kind = kind;
    }

    /** A text with a name. */
    static Tree text(String name, String text) {
        Tree out = new Tree(Kind.TEXT);
        out.name = name;
        out.text = text;
        out.raw = text;
        return out;
    }

    /** The elements of a list: in XML one element may be a list of one. */
    List<Tree> elements() {
        if (kind == Kind.ARRAY) {
            return list;
        }
        return kind == Kind.OBJECT || !text.isBlank() ? List.of(this) : List.of();
    }

    boolean isNested() {
        return kind == Kind.OBJECT || kind == Kind.ARRAY;
    }

    Tree child(String wanted) {
        Tree found = null;
        for (Tree one : list) {
            if (one.name.equals(wanted)) {
                if (found != null) {
                    throw new ProtocolException("a name that is given twice");
                }
                found = one;
            }
        }
        return found;
    }

    /** What a path names; a star stands for the elements of a list. */
    List<Tree> each(List<String> path) {
        int star = path.indexOf("*");
        Tree found = walk(star < 0 ? path : path.subList(0, star));
        if (star < 0) {
            if (found == null) {
                throw new ProtocolException("it is missing");
            }
            return found.list;
        }
        List<Tree> out = new ArrayList<>();
        if (found == null) {
            return out;
        }
        List<String> rest = path.subList(star + 1, path.size());
        for (Tree one : found.kind == Kind.ARRAY ? found.list : List.of(found)) {
            if (rest.contains("*")) {
                out.addAll(one.each(rest));
            } else if (one.walk(rest) != null) {
                out.add(one.walk(rest));
            }
        }
        return out;
    }

    /** The value at a path; null where there is none. */
    Tree walk(List<String> path) {
        Tree node = this;
        for (String step : path) {
            if (node.kind == Kind.ARRAY) {
                int at = step.matches("[0-9]{1,9}") ? Integer.parseInt(step) : -1;
                node = at >= 0 && at < node.list.size() ? node.list.get(at) : null;
            } else {
                node = node.child(step);
            }
            if (node == null) {
                return null;
            }
        }
        return node.kind == Kind.NULL ? null : node;
    }

    private static final Pattern SCALAR = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null");

    /** Reads JSON. A name that is given twice is an error, as with the server. */
    private static final class Reader {
        private final String x;
        private int i;

        Reader(String x) {
            this.x = x;
            i = x.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
        }

        ProtocolException wrong() {
            return new ProtocolException("no well-formed JSON");
        }

        void space() {
            while (i < x.length() && " \n\r\t".indexOf(x.charAt(i)) >= 0) {
                i++;
            }
        }

        char at() {
            return i < x.length() ? x.charAt(i) : '\0';
        }

        void expect(char ch) {
            if (at() != ch) {
                throw wrong();
            }
            i++;
        }

        String text() {
            expect('"');
            StringBuilder out = new StringBuilder();
            StringBuilder units = new StringBuilder();
            while (at() != '"') {
                char ch = at();
                if (ch < ' ') {
                    throw wrong();
                }
                i++;
                if (ch != '\\') {
                    out.append(flushed(units)).append(ch);
                    continue;
                }
                char code = at();
                i++;
                int known = "\"\\/bfnrt".indexOf(code);
                if (known >= 0) {
                    out.append(flushed(units)).append("\"\\/\b\f\n\r\t".charAt(known));
                } else if (code == 'u' && i + 4 <= x.length() && x.substring(i, i + 4).matches("[0-9a-fA-F]{4}")) {
                    units.append((char) Integer.parseInt(x.substring(i, i + 4), 16));
                    i += 4;
                } else {
                    throw wrong();
                }
            }
            i++;
            return out.append(flushed(units)).toString();
        }

        private static String flushed(StringBuilder units) {
            String out = units.length() == 0 ? "" : utf8(units.toString());
            units.setLength(0);
            return out;
        }

        List<Tree> members(char end, Supplier<Tree> one) {
            List<Tree> out = new ArrayList<>();
            i++;
            for (space(); at() != end; space()) {
                if (!out.isEmpty()) {
                    expect(',');
                }
                space();
                out.add(one.get());
            }
            i++;
            return out;
        }

        Tree value(int depth) {
            int start = i;
            if (depth > 64) {
                throw wrong();
            }
            Tree node;
            switch (at()) {
                case '{' -> {
                    Set<String> seen = new HashSet<>();
                    node = new Tree(Kind.OBJECT);
                    node.list = members('}', () -> {
                        String name = text();
                        if (!seen.add(name)) {
                            throw new ProtocolException("a name that is given twice");
                        }
                        space();
                        expect(':');
                        space();
                        Tree member = value(depth + 1);
                        member.name = name;
                        return member;
                    });
                }
                case '[' -> {
                    node = new Tree(Kind.ARRAY);
                    node.list = members(']', () -> value(depth + 1));
                }
                case '"' -> {
                    node = new Tree(Kind.TEXT);
                    node.text = text();
                }
                default -> {
                    Matcher m = SCALAR.matcher(x).region(i, x.length());
                    if (!m.lookingAt()) {
                        throw wrong();
                    }
                    i = m.end();
                    node = new Tree(m.group().equals("null") ? Kind.NULL : Kind.SCALAR);
                }
            }
            node.raw = x.substring(start, i);
            if (node.kind != Kind.NULL && node.kind != Kind.TEXT) {
                node.text = node.raw;
            }
            return node;
        }
    }

    static Tree parseJSON(String x) {
        if (!isText(x)) {
            throw new ProtocolException("not UTF-8");
        }
        Reader reader = new Reader(x);
        reader.space();
        Tree root = reader.value(1);
        reader.space();
        if (reader.i < x.length()) {
            throw reader.wrong();
        }
        return root;
    }

    /** A text as JSON. */
    static String quote(String x) {
        StringBuilder out = new StringBuilder("\"");
        for (char ch : x.toCharArray()) {
            switch (ch) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(ch < ' ' ? String.format("\\u%04x", (int) ch) : String.valueOf(ch));
            }
        }
        return out.append('"').toString();
    }

    private static boolean isStructured(String x) {
        String text = x.stripLeading();
        return text.startsWith("{") || text.startsWith("[");
    }

    private static final Pattern BLANKS = Pattern.compile("(\"(?:[^\"\\\\]|\\\\.)*+\")|[ \\t\\n\\r]+", Pattern.DOTALL);

    static String compact(String x) {
        if (!isStructured(x)) {
            return x;
        }
        parseJSON(x);
        return BLANKS.matcher(x).replaceAll(m -> m.group(1) == null ? "" : Matcher.quoteReplacement(m.group(1)));
    }

    static String canonical(String x, boolean drop) {
        return isStructured(x) ? parseJSON(x).canonical(drop) : x;
    }

    private String canonical(boolean drop) {
        if (kind == Kind.ARRAY) {
            return "[" + String.join(",", list.stream().map(one -> one.canonical(drop)).toList()) + "]";
        }
        if (kind != Kind.OBJECT) {
            return raw;
        }
        List<String> members = list.stream()
                .filter(c -> !drop || c.kind != Kind.NULL && (c.kind != Kind.TEXT || !c.text.isEmpty()))
                .sorted((a, b) -> a.name.compareTo(b.name))
                .map(c -> quote(c.name) + ":" + c.canonical(drop))
                .toList();
        return "{" + String.join(",", members) + "}";
    }

    /** An object without nested ones, its names composed. */
    static String flat(String x, String open, String close, int first) {
        if (!isStructured(x)) {
            throw Texts.form();
        }
        return "{" + String.join(",", parseJSON(x).flattened(null, open, close, first)) + "}";
    }

    private List<String> flattened(String name, String open, String close, int first) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Tree c = list.get(i);
            String own = kind == Kind.ARRAY ? String.valueOf(i + first) : c.name;
            String whole = name == null ? own : name + open + own + close;
            if (c.kind == Kind.OBJECT || c.kind == Kind.ARRAY) {
                out.addAll(c.flattened(whole, open, close, first));
            } else {
                out.add(quote(whole) + ":" + c.raw);
            }
        }
        return out;
    }

    /** An object as a text of its members. */
    static String nested(String x, String is, String and, String open, String close, String items, boolean sorted, boolean drop) {
        return parseJSON(x).nested(is, and, open, close, items, sorted, drop);
    }

    private String nested(String is, String and, String open, String close, String items, boolean sorted, boolean drop) {
        if (kind != Kind.OBJECT && kind != Kind.ARRAY) {
            return kind == Kind.NULL ? "" : text;
        }
        List<Tree> kept = new ArrayList<>(list);
        kept.removeIf(c -> drop && (c.kind == Kind.NULL || c.kind == Kind.TEXT && c.text.isEmpty()));
        if (kind == Kind.OBJECT && sorted) {
            kept.sort((a, b) -> a.name.compareTo(b.name));
        }
        List<String> parts = new ArrayList<>();
        for (Tree c : kept) {
            parts.add((kind == Kind.OBJECT ? c.name + is : "") + c.nested(is, and, open, close, items, sorted, drop));
        }
        return open + String.join(kind == Kind.OBJECT ? and : items, parts) + close;
    }

    /** A query or a form. */
    /** The text of a member of an object, a.b for one that is nested; nothing where it is not. */
    static String memberText(String x, String path) {
        Tree found = parseJSON(x).walk(List.of(path.split("\\.", -1)));
        return found == null ? "" : found.text;
    }

    static Tree parsePairs(String x) {
        Tree root = new Tree(Kind.OBJECT);
        root.text = x;
        root.raw = x;
        for (String one : x.split("&")) {
            if (one.isEmpty()) {
                continue;
            }
            int at = one.indexOf('=');
            Tree pair = new Tree(Kind.TEXT);
            pair.raw = at < 0 ? "" : one.substring(at + 1);
            pair.name = unurl(at < 0 ? one : one.substring(0, at), "", true, false);
            pair.text = unurl(pair.raw, "", true, false);
            root.list.add(pair);
        }
        return root;
    }

    private static final Pattern TOKEN = Pattern.compile(
            "<\\?.*?\\?>|<!--.*?-->|<!\\[CDATA\\[(.*?)\\]\\]>|<(/?)([^\\s/>!?]+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>|([^<]+)", Pattern.DOTALL);

    /** Elements, texts and CDATA; a document type is refused. */
    static Tree parseXML(String text) {
        String x = text.matches("(?s)<\\?xml[^>]*encoding=[\"'](gb|GB).*") ? Texts.ungbk(text) : text;
        if (!isText(x)) {
            throw new ProtocolException("not UTF-8");
        }
        ProtocolException wrong = new ProtocolException("no well-formed XML");
        Tree root = new Tree(Kind.OBJECT);
        root.text = x;
        root.raw = x;
        Deque<Tree> open = new ArrayDeque<>(List.of(root));
        Matcher m = TOKEN.matcher(x);
        for (int at = 0; at < x.length(); at = m.end()) {
            if (!m.find(at) || m.start() != at) {
                throw wrong;
            }
            Tree top = open.peek();
            if (m.group(1) != null || m.group(6) != null) {
                String inner = m.group(1) != null ? m.group(1) : unescapeXML(m.group(6));
                if (top != root) {
                    top.text += inner;
                } else if (!trim(inner).isEmpty() && !inner.equals("\u00ef\u00bb\u00bf")) {
                    throw wrong;
                }
            } else if (m.group(3) != null && m.group(2).isEmpty()) {
                Tree node = new Tree(Kind.TEXT);
                node.full = m.group(3);
                node.name = node.full.substring(node.full.lastIndexOf(':') + 1);
                node.from = m.start();
                top.kind = Kind.OBJECT;
                top.list.add(node);
                if (m.group(5).isEmpty()) {
                    open.push(node);
                } else {
                    node.raw = m.group();
                }
            } else if (m.group(3) != null) {
                if (top == root || !top.full.equals(m.group(3))) {
                    throw wrong;
                }
                top.raw = x.substring(top.from, m.end());
                if (top.kind == Kind.OBJECT) {
                    top.text = top.raw;
                }
                open.pop();
            }
        }
        if (open.size() > 1 || root.list.size() != 1) {
            throw wrong;
        }
        return root;
    }

    private static String unescapeXML(String x) {
        Map<String, String> named = Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'");
        return Pattern.compile("&([^;&]*);?").matcher(x.replaceAll("\r\n?", "\n")).replaceAll(m -> {
            String word = m.group(1);
            boolean number = word.matches("#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}");
            if (!m.group().endsWith(";") || !number && !named.containsKey(word)) {
                throw new ProtocolException("no well-formed XML");
            }
            int code = !number ? 0 : word.startsWith("#x") ? Integer.parseInt(word.substring(2), 16) : Integer.parseInt(word.substring(1));
            return Matcher.quoteReplacement(number ? utf8(new String(Character.toChars(code))) : named.get(word));
        });
    }

    private static String escapeXML(String x) {
        return x.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;").replaceAll("[\\x00-\\x08\\x0b-\\x1f]", " ");
    }

    static String element(String name, String text, boolean cdata) {
        return "<" + name + ">" + (cdata && !text.contains("]]>") ? "<![CDATA[" + text + "]]>" : escapeXML(text)) + "</" + name + ">";
    }

    static boolean isXMLName(String name) {
        return name.matches("[_:a-zA-Z\\x80-\\xff][-._:a-zA-Z0-9\\x80-\\xff]*");
    }

    /** The members of an object as elements. */
    String membersXML() {
        StringBuilder out = new StringBuilder();
        for (Tree c : list) {
            if (!isXMLName(c.name)) {
                throw new ProtocolException("no name of an element");
            }
            for (Tree one : c.kind == Kind.ARRAY ? c.list : List.of(c)) {
                out.append(one.kind == Kind.OBJECT ? "<" + c.name + ">" + one.membersXML() + "</" + c.name + ">" : element(c.name, one.text, false));
            }
        }
        return out.toString();
    }

    /** A tree that came as XML or pairs as JSON that says the same. */
    String asJSON(Predicate<String> leave) {
        Map<String, List<Tree>> byName = new LinkedHashMap<>();
        for (Tree c : list) {
            if (!leave.test(c.name)) {
                byName.computeIfAbsent(c.name, name -> new ArrayList<>()).add(c);
            }
        }
        List<String> members = new ArrayList<>();
        byName.forEach((member, found) -> {
            List<String> texts = found.stream().map(n -> n.kind == Kind.OBJECT ? n.asJSON(any -> false) : quote(n.text)).toList();
            members.add(quote(member) + ":" + (texts.size() > 1 ? "[" + String.join(",", texts) + "]" : texts.get(0)));
        });
        return "{" + String.join(",", members) + "}";
    }

    static String toXML(String x, String root) {
        return "<" + root + ">" + parseJSON(x.isEmpty() ? "{}" : x).membersXML() + "</" + root + ">";
    }

    static String fromXML(String x, String root) {
        Tree top = parseXML(x).list.get(0);
        if (!top.name.equals(root)) {
            throw form();
        }
        return top.asJSON(any -> false);
    }

    /** The string of the text. */
    String string() {
        return Texts.string(text);
    }

    static Tree ofString(String json) {
        return parseJSON(utf8(json));
    }

    static String quoteString(String text) {
        return Texts.string(quote(utf8(text)));
    }
}
