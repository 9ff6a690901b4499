package jiekou;

import static jiekou.Texts.form;
import static jiekou.Texts.lower;
import static jiekou.Texts.same;
import static jiekou.Texts.string;
import static jiekou.Texts.trim;
import static jiekou.Texts.url;
import static jiekou.Texts.utf8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jiekou.Form.Hole;
import jiekou.Form.Node;
import jiekou.Form.Selection;
import jiekou.Form.Source;
import jiekou.Form.Status;
import jiekou.Form.Success;

/** A message, with what is known of it: how it is written, protected, read and verified. */
final class Message {
    String method = "";
    String scheme = "https";
    String host = "";
    String base = ""; // of the path: what the server's URL has in front
    String path = "";
    String query = "";
    String body = "";
    int status;
    String payload = "";
    String draft = "";
    boolean sending;
    long now;
    Message call;
    boolean bare; // a refusal that has nothing of the call
    Form form = new Form();
    boolean known; // it has the form, so that it is answered with the keys
    boolean proved;
    boolean held; // all of it, but for what counts once
    Form.Answer echo;
    String named = "";
    final Map<String, String> headers = new LinkedHashMap<>();
    final Map<String, String> given = new HashMap<>();
    final Map<String, Object> keys = new HashMap<>();
    final Values values = new Values();
    final Map<String, Boolean> json = new HashMap<>();
    final Set<String> absent = new HashSet<>();
    final Map<String, List<String>> more = new HashMap<>();
    final List<Once> once = new ArrayList<>();
    List<FilePart> files = List.of();
    private final String boundary = Texts.hex(Texts.randomBytes(16));
    private List<String> exclude = List.of();

    /** A value that must not come again for so many milliseconds; 0 is for good. */
    record Once(String value, long keep, String refusal) {}

    /** What a value is compared with. */
    record Again(Supplier<String> make, boolean fold) {}

    /** What came of a request. */
    record Verdict(boolean ok, String code, String text, String payload, boolean proved, boolean unknown) {}

    private record Pair(String name, String text, String raw) {}

    void headers(Map<String, String> of) {
        of.forEach((name, text) -> headers.put(canonicalName(name), text));
    }

    private static String canonicalName(String name) {
        return Pattern.compile("(^|-)[a-z]").matcher(name.toLowerCase()).replaceAll(m -> m.group().toUpperCase());
    }

    // Writing.

    /** Makes the message one of a form, with the Content-Type of its body. */
    Message begin(Form of) {
        form = of;
        if (!of.type.isEmpty() && headers.getOrDefault("Content-Type", "").isEmpty()) {
            headers.put("Content-Type", of.type + (of.carriage.equals("multipart") ? boundary : ""));
        }
        if (of.empty) {
            body = "";
        }
        return this;
    }

    /** A value that is needed. */
    String v(String name) {
        return values.get(name);
    }

    void set(String name, String text) {
        set(name, text, false);
    }

    void set(String name, String text, boolean isJSON) {
        values.put(name, text);
        json.put(name, isJSON);
    }

    boolean isJSON(String name) {
        return json.getOrDefault(name, false);
    }

    /** The text that the caller gave for a value that a sender may choose. */
    String given(String name, Supplier<String> make) {
        String own = given.get(name);
        return own == null ? make.get() : utf8(own);
    }

    void putPath(String text) {
        path = base + text;
        set("path", path);
    }

    void putQuery(String text) {
        query = text;
        set("query", text);
    }

    void putBody(String text) {
        body = text;
        set("body", text);
    }

    void urls() {
        values.put("target", path + (query.isEmpty() ? "" : "?" + query));
        values.put("url", scheme + "://" + host + values.get("target"));
    }

    void header(String name, String at) {
        header(name, at, false);
    }

    void header(String name, String at, boolean optional) {
        String text = values.get(at);
        if (optional && text.isEmpty()) {
            return;
        }
        if (text.chars().anyMatch(ch -> ch == '\r' || ch == '\n' || ch == 0)) {
            throw form(name);
        }
        headers.put(name, text);
    }

    private String leaf(Node node) {
        String text = values.maybe(node.at);
        return text == null ? "" : text;
    }

    private boolean isLeft(Node node) {
        String text = values.maybe(node.at);
        return exclude.contains(node.at) || text == null && node.rest || node.optional && (text == null || text.isEmpty());
    }

    private String nameOf(Node node) {
        if (node.label != null) {
            String given = values.maybe(node.label);
            return given == null ? "" : given;
        }
        return node.fill == null ? node.name : node.fill.apply(values);
    }

    private boolean names(Node node, String name) {
        return node.children.stream().anyMatch(c -> !c.rest && (name.equals(nameOf(c)) || name.equals(c.local)));
    }

    String writeJSON(Node node) {
        if (node.isLeaf()) {
            String text = leaf(node);
            if (!isJSON(node.at)) {
                return Tree.quote(text);
            }
            return !text.isEmpty() ? text : node.payload ? "{}" : "null";
        }
        List<String> parts = new ArrayList<>();
        for (Node c : node.children) {
            if (c.isLeaf() && isLeft(c)) {
                continue;
            }
            if (c.rest) {
                restOf(node, leaf(c)).forEach(n -> parts.add(Tree.quote(n.name) + ":" + n.raw));
            } else {
                parts.add((node.array ? "" : Tree.quote(nameOf(c)) + ":") + writeJSON(c));
            }
        }
        String joined = String.join(",", parts);
        return node.array ? "[" + joined + "]" : "{" + joined + "}";
    }

    /** The members of a payload that stand among other places. */
    private List<Tree> restOf(Node node, String text) {
        if (text.isBlank()) {
            return List.of();
        }
        Tree root = Tree.parseJSON(text);
        if (root.kind != Tree.Kind.OBJECT) {
            throw form("the payload");
        }
        if (root.list.stream().anyMatch(n -> names(node, n.name))) {
            throw new ProtocolException("a member of the payload is named like one that the protocol writes");
        }
        return root.list;
    }

    String writeXML(Node node) {
        StringBuilder out = new StringBuilder();
        for (Node c : node.children) {
            if (c.isLeaf() && isLeft(c)) {
                continue;
            }
            if (c.rest) {
                restOf(node, leaf(c));
                out.append(leaf(c).isBlank() ? "" : Tree.parseJSON(leaf(c)).membersXML());
                continue;
            }
            String name = nameOf(c);
            if (!Tree.isXMLName(name)) {
                throw form(name);
            }
            if (!c.isLeaf()) {
                out.append("<" + name + ">" + writeXML(c) + "</" + name + ">");
            } else if (isJSON(c.at) && leaf(c).startsWith("{")) {
                out.append("<" + name + ">" + Tree.parseJSON(leaf(c)).membersXML() + "</" + name + ">");
            } else {
                out.append(Tree.element(name, leaf(c), c.cdata));
            }
        }
        return out.toString();
    }

    /** The names and texts of a form. */
    private List<Pair> formOf(Node node) {
        List<Pair> out = new ArrayList<>();
        for (Node c : node.children) {
            if (!c.isLeaf() || isLeft(c)) {
                continue;
            }
            if (!c.rest) {
                out.add(new Pair(nameOf(c), leaf(c), leaf(c)));
                continue;
            }
            for (Tree n : restOf(node, leaf(c))) {
                if (n.kind != Tree.Kind.NULL) {
                    out.add(new Pair(n.name, n.text, n.text));
                }
            }
        }
        return out;
    }

    String writePairs(Node node) {
        return String.join("&", formOf(node).stream().map(n -> url(n.name, "-_.~", true, false) + "=" + url(n.text, "-_.~", true, false)).toList());
    }

    /** A body of several parts: the texts, and behind them the files. */
    String writeParts(Node node) {
        StringBuilder out = new StringBuilder();
        formOf(node).forEach(n -> out.append(partText(n.name, "", n.text)));
        for (FilePart f : files) {
            if ((f.file() + f.type()).matches("(?s).*[\\r\\n].*")) {
                throw form(f.name());
            }
            out.append(partText(utf8(f.name()), "; filename=\"" + quoted(utf8(f.file())) + "\"\r\nContent-Type: " + f.type(), Texts.of(f.body())));
        }
        return out + "--" + boundary + "--\r\n";
    }

    private String partText(String name, String more, String text) {
        if (name.matches("(?s).*[\\r\\n].*")) {
            throw form(name);
        }
        return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(name) + "\"" + more + "\r\n\r\n" + text + "\r\n";
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** What the interface has in the query, and behind it what the protocol puts there. */
    String writeQuery(Node node) {
        List<String> own = new ArrayList<>();
        for (String one : draft.split("&")) {
            if (!one.isEmpty() && (node == null || !names(node, Texts.before(one, "=")))) {
                own.add(one);
            }
        }
        String pairs = node == null ? "" : writePairs(node);
        if (!pairs.isEmpty()) {
            own.add(pairs);
        }
        return String.join("&", own);
    }

    /** A tree as pairs of one text. */
    String joinPairs(Node node, String join, BinaryOperator<String> pair) {
        List<String> parts = new ArrayList<>();
        for (Node c : node.children) {
            if (c.rest) {
                restOf(node, leaf(c)).stream().filter(n -> n.kind != Tree.Kind.NULL).forEach(n -> parts.add(pair.apply(n.name, n.text)));
            } else if (!c.optional || !leaf(c).isEmpty()) {
                parts.add(pair.apply(c.name, values.get(c.at)));
            }
        }
        return String.join(join, parts);
    }

    // Parts of a message, and pairs of them.

    private static Tree parsed(String holder, String text) {
        return switch (holder) {
            case "json" -> Tree.parseJSON(text);
            case "xml" -> Tree.parseXML(text);
            default -> Tree.parsePairs(text);
        };
    }

    private Tree container(Source source) {
        boolean inQuery = source.holder.equals("query");
        if (!inQuery && form.body != null && !source.holder.equals(form.carriage)) {
            return Tree.parsePairs("");
        }
        String text = inQuery ? query : body;
        if (sending) {
            exclude = source.exclude;
            try {
                if (source.holder.equals("multipart")) {
                    Tree tree = new Tree(Tree.Kind.OBJECT);
                    formOf(form.body).forEach(n -> tree.list.add(Tree.text(n.name, n.text)));
                    return tree;
                }
                if (inQuery) {
                    text = writeQuery(form.query);
                } else if (form.body != null) {
                    text = switch (form.carriage) {
                        case "json" -> writeJSON(form.body);
                        case "xml" -> writeXML(form.body);
                        default -> writePairs(form.body);
                    };
                }
            } finally {
                exclude = List.of();
            }
        }
        return parsed(source.holder, text);
    }

    private List<Pair> pairsOf(Source source) {
        if (source.of.isEmpty() && source.holder.isEmpty()) {
            return List.of(new Pair(source.name, source.text, source.text));
        }
        List<Pair> out = new ArrayList<>();
        if (source.holder.equals("header")) {
            headers.forEach((name, text) -> out.add(new Pair(name, text, text)));
            if (!host.isEmpty() && !headers.containsKey("Host")) {
                out.add(new Pair("Host", host, host));
            }
            return out;
        }
        Tree tree = source.of.isEmpty() ? container(source) : Tree.parseJSON(values.get(source.of));
        tree.each(source.path).forEach(n -> out.add(new Pair(n.name, n.text, n.raw)));
        return out;
    }

    /** The pairs that a selection takes. */
    String select(Selection s) {
        List<Pair> pairs = new ArrayList<>();
        for (Source source : s.from) {
            for (Pair one : pairsOf(source)) {
                if ((!one.text.isEmpty() || s.empty) && !source.names.contains(one.name) && !skips(s.skip, one.name)) {
                    pairs.add(one);
                }
            }
        }
        if (s.only != null) {
            pairs = restrict(pairs, s);
        }
        switch (s.sort) {
            case "name" -> pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::text));
            case "name-nocase" -> pairs.sort(Comparator.comparing(one -> lower(one.name)));
            case "value" -> pairs.sort(Comparator.comparing(Pair::text));
            default -> {}
        }
        Stream<String> parts = pairs.stream().map(one -> s.pair.of(one.name, one.text, one.raw));
        return String.join(s.join, (s.sort.equals("pair") ? parts.sorted() : parts).toList());
    }

    private static boolean skips(List<String> skip, String name) {
        return skip.stream().anyMatch(word -> word.endsWith("*") ? name.startsWith(word.substring(0, word.length() - 1)) : name.equals(word));
    }

    /** The pairs whose names are listed, in the order of the list. */
    private static List<Pair> restrict(List<Pair> pairs, Selection s) {
        List<Pair> out = new ArrayList<>();
        for (String word : s.only.split(Pattern.quote(s.split), -1)) {
            if (word.endsWith("*")) {
                String start = lower(word.substring(0, word.length() - 1));
                pairs.stream().filter(one -> lower(one.name).startsWith(start)).forEach(out::add);
                continue;
            }
            Pair found = pairs.stream().filter(one -> lower(one.name).equals(lower(word))).findFirst().orElse(null);
            if (word.isEmpty() || found == null && s.fixed) {
                continue;
            }
            if (found == null) {
                throw new ProtocolException("it is missing: " + word);
            }
            out.add(new Pair(word, found.text, found.raw));
        }
        if (s.must.stream().anyMatch(word -> out.stream().noneMatch(one -> lower(one.name).equals(lower(word))))) {
            throw new ProtocolException("a part that must be signed is not among those that are");
        }
        return out;
    }

    private record Part(String text, boolean json) {}

    private Part partOf(String holder, List<String> at) {
        Part none = new Part(null, false);
        if (holder.equals("header")) {
            return new Part(at.get(0).equals("Host") ? host : headers.get(at.get(0)), false);
        }
        if (holder.equals("path")) {
            String below = path.startsWith(base) ? path.substring(base.length()) : path;
            String[] steps = below.replaceAll("^/+|/+$", "").split("/", -1);
            int n = Integer.parseInt(at.get(0)) - 1;
            return n >= 0 && n < steps.length ? new Part(steps[n], false) : none;
        }
        for (FilePart f : files) {
            if (holder.equals("multipart") && utf8(f.name()).equals(at.get(0))) {
                return new Part(Texts.of(f.body()), false);
            }
        }
        Tree found = null;
        try {
            if (holder.equals("query")) {
                found = Tree.parsePairs(query).walk(at);
            } else if (sending && body.isEmpty() && !payload.isEmpty()) {
                Tree root = Tree.parseJSON(payload);
                for (int i = 0; i < at.size() && found == null; i++) {
                    found = root.walk(at.subList(i, at.size()));
                }
            } else {
                found = parsed(holder, body).walk(at);
            }
        } catch (ProtocolException e) {
            return none;
        }
        return found == null ? none : new Part(found.text, found.kind != Tree.Kind.TEXT);
    }

    /** A part of the message by its name, or null. */
    String part(String holder, String... at) {
        return partOf(holder, List.of(at)).text;
    }

    void takePart(String name, String holder, String... at) {
        Part part = partOf(holder, List.of(at));
        take(name, part.text, part.json);
    }

    private void take(String name, String text, boolean isJSON) {
        set(name, text == null ? "" : text, isJSON);
        if (text == null) {
            absent.add(name);
        }
    }

    /** A value of the message that is answered. */
    void ofCall(String name, String of) {
        if (bare) {
            set(name, "", false);
            return;
        }
        // What a notification that does not hold says is not repeated: whoever forged it would get it back signed.
        String text = call == null || !call.sending && !call.held ? null : call.values.maybe(of);
        take(name, text, text != null && call.isJSON(of));
    }

    // Reading: places first, then the equations between them.

    private void missing(Node node, boolean optional) {
        if (node.nil) {
            set(node.at, "null", true);
        } else if (node.isLeaf() && (node.payload && !form.success.isEmpty() || node.optional || optional)) {
            take(node.at, null, false);
        } else if (node.isLeaf()) {
            ProtocolException wrong = new ProtocolException(node.at + ": it is missing");
            wrong.refusal = "required";
            wrong.field = node.said;
            throw wrong;
        } else if (call == null && !node.optional && !optional) {
            throw form("the body");
        }
        node.children.forEach(c -> missing(c, optional || node.optional));
    }

    /** Refuses a reply whose HTTP status tells another outcome than its form has. */
    void fitStatus(List<Status> statuses, List<String> outcomes) {
        Status success = statuses.stream().filter(one -> one.code().equals("success")).findFirst().orElse(null);
        if (success == null || status == 0) {
            return;
        }
        boolean fits = success.takes(status);
        boolean others = statuses.stream().anyMatch(one -> one != success && one.takes(status));
        for (String outcome : outcomes) {
            if (outcome.equals("success") ? !fits : fits && !others) {
                throw form("the HTTP status");
            }
        }
    }

    void isEmpty() {
        if (!body.isEmpty()) {
            throw form("the body");
        }
    }

    void readHeaders(Node node) {
        for (Node c : node.children) {
            String text = headers.get(c.name);
            if (text == null) {
                missing(c, false);
            } else {
                set(c.at, text);
            }
        }
    }

    void readTree(Node node, Tree tree) {
        if (form.carriage.equals("xml") && tree.kind == Tree.Kind.TEXT && trim(tree.text).isEmpty()) {
            node.children.stream().filter(c -> !c.rest).forEach(c -> missing(c, false));
            return;
        }
        if (!tree.isNested()) {
            throw form("the body");
        }
        if (call == null && tree.kind == Tree.Kind.ARRAY && !node.array) {
            throw form("the body");
        }
        for (int i = 0; i < node.children.size(); i++) {
            Node c = node.children.get(i);
            if (c.rest) {
                readRest(node, c, tree);
                continue;
            }
            Tree found;
            if (node.array) {
                found = i < tree.list.size() ? tree.list.get(i) : null;
            } else if (c.label != null) {
                found = labelled(node, c, tree);
            } else {
                found = tree.child(c.fill != null ? c.fill.apply(values) : c.local != null ? c.local : c.name);
            }
            boolean blank = call == null && !c.said.isEmpty() && found != null && found.kind == Tree.Kind.TEXT && found.text.isEmpty();
            if (found == null || found.kind == Tree.Kind.NULL || blank) {
                missing(c, false);
            } else if (!c.isLeaf()) {
                readTree(c, found);
            } else {
                readLeaf(c, found);
            }
        }
    }

    /** Finds the first member whose name fits that of a place and is no other place's. */
    private Tree labelled(Node node, Node c, Tree tree) {
        if (tree.kind != Tree.Kind.OBJECT) {
            return null;
        }
        for (Tree one : tree.list) {
            if (glob(c.like, one.name) && !names(node, one.name)) {
                set(c.label, one.name);
                return one;
            }
        }
        return null;
    }

    private void readLeaf(Node c, Tree found) {
        if (c.opaque && found.kind != Tree.Kind.TEXT) {
            throw form(c.at);
        }
        if (found.isNested() && !c.whole) {
            return;
        }
        if (found.isNested() && !c.holder.equals("json")) {
            set(c.at, found.asJSON(any -> false), true);
        } else if (found.kind == Tree.Kind.TEXT && c.whole && c.holder.equals("json")) {
            set(c.at, found.raw, true);
        } else {
            set(c.at, found.text, found.isNested() || found.kind == Tree.Kind.SCALAR);
        }
    }

    private void readRest(Node node, Node rest, Tree tree) {
        Predicate<String> leave = name -> names(node, name);
        if (!rest.holder.equals("json")) {
            set(rest.at, tree.asJSON(leave), true);
            return;
        }
        List<String> members = tree.list.stream().filter(n -> !leave.test(n.name)).map(n -> Tree.quote(n.name) + ":" + n.raw).toList();
        set(rest.at, "{" + String.join(",", members) + "}", true);
    }

    /** Reads the pairs of one text, in whatever order they came. */
    void readPairs(Node node, String join, boolean quotes, List<Hole> holes, String text) {
        String by = trim(join).isEmpty() ? join : trim(join);
        List<String> others = new ArrayList<>();
        for (String rest = text; !rest.isEmpty(); ) {
            int end = 0;
            for (boolean inside = false; end < rest.length() && (inside || !rest.startsWith(by, end)); end++) {
                inside ^= quotes && rest.charAt(end) == '"';
            }
            Message one = new Message();
            one.values.putAll(values);
            one.values.remove("name");
            one.values.remove("value");
            one.match(holes, trim(rest.substring(0, end)));
            rest = rest.substring(Math.min(rest.length(), end + by.length()));
            for (Node c : node.children) {
                if (!c.name.equals(one.values.maybe("name"))) {
                    continue;
                }
                if (values.has(c.at)) {
                    more.computeIfAbsent(c.at, at -> new ArrayList<>()).add(one.values.get("value"));
                } else {
                    set(c.at, one.values.get("value"));
                }
            }
            if (!names(node, one.values.get("name"))) {
                others.add(Tree.quote(one.values.get("name")) + ":" + Tree.quote(one.values.get("value")));
            }
        }
        node.children.stream().filter(c -> c.rest).forEach(c -> set(c.at, "{" + String.join(",", others) + "}", true));
        node.children.stream().filter(c -> !values.has(c.at)).forEach(c -> missing(c, false));
    }

    void match(List<Hole> holes, String text) {
        match(holes, text, false);
    }

    /** Reads a text by a template. */
    void match(List<Hole> holes, String text, boolean isJSON) {
        if (holes.size() == 1 && !holes.get(0).isText()) {
            take(holes.get(0), text, isJSON);
            return;
        }
        String rest = text;
        for (int i = 0; i < holes.size(); i++) {
            Hole one = holes.get(i);
            int n = one.isText() ? one.text.length() : extent(holes, i, rest);
            if (!one.isText()) {
                take(one, rest.substring(0, n), false);
            } else if (!rest.startsWith(one.text)) {
                throw form();
            }
            rest = rest.substring(n);
        }
        if (!rest.isEmpty()) {
            throw form();
        }
    }

    private String known(Hole hole) {
        return hole.isText() ? hole.text : hole.make != null ? hole.make.apply(values) : values.get(hole.at);
    }

    private int extent(List<Hole> holes, int i, String text) {
        Hole hole = holes.get(i);
        if (i == holes.size() - 1) {
            return text.length();
        }
        int n;
        if (hole.takes != null) {
            n = hole.takes.applyAsInt(text);
        } else if (values.has(hole.at)) {
            n = known(hole).length();
        } else if (hole.behind >= 0) {
            n = text.length() - hole.behind;
        } else {
            String end = known(holes.get(i + 1));
            int whole = hole.at.equals("payload") && hole.make == null ? jsonEnd(text) : 0;
            // What is behind JSON may be in it, too.
            n = whole > 0 && text.startsWith(end, whole) ? whole : text.indexOf(end);
        }
        if (n < 0 || n > text.length()) {
            throw form();
        }
        return n;
    }

    /** Where the JSON object or list ends that a text begins with, 0 where it begins with none. */
    private static int jsonEnd(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char ch = text.charAt(i);
            if (quoted && ch == '\\') {
                i++;
            } else if (ch == '"') {
                quoted = !quoted;
            } else if (!quoted && (ch == '{' || ch == '[')) {
                depth++;
            } else if (!quoted && (ch == '}' || ch == ']') && --depth == 0) {
                return i + 1;
            }
            if (depth <= 0) {
                return 0;
            }
        }
        return 0;
    }

    private void take(Hole hole, String text, boolean isJSON) {
        if (!values.has(hole.at)) {
            set(hole.at, hole.undo == null ? text : hole.undo.apply(text, values), hole.undo == null ? isJSON || hole.at.equals("payload") : hole.json);
            return;
        }
        String ours = known(hole);
        if (absent.contains(hole.at) || !(same(ours, text) || hole.fold && same(lower(ours), lower(text)))) {
            throw new ProtocolException("it differs");
        }
    }

    /** Reads one place by its template. */
    void place(String at, List<Hole> holes) {
        String text = values.maybe(at);
        if (text == null) {
            return;
        }
        if (absent.contains(at)) {
            holes.stream().filter(one -> !one.isText() && !values.has(one.at)).forEach(one -> take(one.at, null, false));
            return;
        }
        match(holes, text, isJSON(at));
        if (holes.size() == 1 && !holes.get(0).isText() && more.containsKey(at)) {
            more.put(holes.get(0).at, more.get(at));
        }
    }

    private List<String> came(String name) {
        List<String> out = new ArrayList<>(List.of(values.get(name)));
        out.addAll(more.getOrDefault(name, List.of()));
        return out;
    }

    /** Computes a value again, in each form that is accepted. */
    void compare(String name, boolean optional, Again... forms) {
        if (optional && absent.contains(name)) {
            return;
        }
        for (Again one : forms) {
            try {
                String ours = one.make.get();
                if (came(name).stream().anyMatch(text -> same(text, ours) || one.fold && same(lower(text), lower(ours)))) {
                    return;
                }
            } catch (ProtocolException e) {
                continue;
            }
        }
        throw new ProtocolException(name + ": it differs");
    }

    void verify(String name, List<Predicate<String>> checks) {
        for (Predicate<String> check : checks) {
            for (String one : came(name)) {
                try {
                    if (check.test(one)) {
                        return;
                    }
                } catch (ProtocolException e) {
                    continue;
                }
            }
        }
        throw new ProtocolException(name + ": the signature differs: another key, or another text");
    }

    // Rules on values.

    void within(String name, String time, long nanoseconds) {
        if (Math.abs(now - Clocks.readTime(time)) > nanoseconds) {
            throw new ProtocolException(name + ": the time is outside of the window");
        }
    }

    void until(String name, String time) {
        if (now > Clocks.readTime(time)) {
            throw new ProtocolException(name + ": the time is over");
        }
    }

    void since(String name, String time, long nanoseconds) {
        if (Clocks.readTime(time) > now + nanoseconds) {
            throw new ProtocolException(name + ": the time has not come");
        }
    }

    void fitsPattern(String name, String pattern) {
        if (!string(values.has(name) ? values.get(name) : "").matches(pattern)) {
            throw new ProtocolException(name + ": it does not have the form that is declared");
        }
    }

    /** Notes a value that must not come again. */
    void countsOnce(String name, long keep, String refusal) {
        if (absent.contains(name)) {
            return;
        }
        if (values.get(name).length() > 256) {
            throw new ProtocolException(name + ": it is longer than is kept");
        }
        once.add(new Once(string(values.get(name)), keep, refusal));
    }

    private boolean shows(Success c) {
        return values.has(c.at()) || !c.builtin();
    }

    /** What came of the request, by the constants of success and the outcome of the form. */
    Verdict verdict() {
        boolean ok;
        if (!form.success.isEmpty()) {
            ok = form.success.stream().allMatch(c -> c.at().equals("text") || !shows(c) || c.texts().contains(leafOf(c.at())));
        } else {
            Status success = form.status.stream().filter(one -> one.code().equals("success")).findFirst().orElse(null);
            ok = !form.refuses && (success != null ? success.takes(status) : status == 0 || status / 100 == 2);
        }
        boolean shown = form.success.stream().anyMatch(c -> !c.at().equals("text") && shows(c));
        for (String outcome : form.outcomes) {
            boolean success = outcome.equals("success");
            if (success && !ok && !form.success.isEmpty() || !success && ok && shown) {
                ProtocolException wrong = new ProtocolException("it contradicts the form of the reply");
                wrong.foreign = true;
                throw wrong;
            }
            ok = success;
        }
        return new Verdict(ok, string(leafOf("code")), string(leafOf("text")), string(leafOf("payload")), form.proves, form.outcomes.contains("unknown"));
    }

    private String leafOf(String name) {
        String text = values.maybe(name);
        return text == null ? "" : text;
    }

    /** Whether a text fits, with * for anything and ? for one character. */
    static boolean glob(String pattern, String text) {
        String all = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E[\\x00-\\x7f\\xc0-\\xff][\\x80-\\xbf]*(?![\\x80-\\xbf])\\Q");
        return Pattern.compile(all, Pattern.DOTALL).matcher(text).matches();
    }

    static boolean holds(String text) {
        return text != null && !text.isEmpty();
    }

    static boolean holds(String text, String pattern) {
        return glob(pattern, text == null ? "" : text);
    }

    /** Says of what fails with which code or rule it is refused. */
    static void refusing(String code, Runnable act) {
        refusing(code, act, "");
    }

    /** The same, of the field that a rule is on. */
    static void refusing(String code, Runnable act, String field) {
        try {
            act.run();
        } catch (ProtocolException e) {
            if (e.refusal == null) {
                e.refusal = code;
                e.field = field;
            }
            throw e;
        }
    }

    /** Says of what fails that it is no such message at all. */
    static void foreign(Runnable act) {
        try {
            act.run();
        } catch (ProtocolException e) {
            e.foreign = true;
            throw e;
        }
    }

    /** The first of some readers that reads a reply; and if there is none, as a refusal that
     * came before the call was proved, and repeats nothing of it. */
    static Verdict openFirst(List<Function<Message, Verdict>> readers, Function<Boolean, Message> make) {
        ProtocolException why = null;
        for (boolean bare : new boolean[] {false, true}) {
            for (Function<Message, Verdict> read : readers) {
                try {
                    Verdict out = read.apply(make.apply(bare));
                    if (!bare || !out.ok) {
                        return out;
                    }
                } catch (ProtocolException e) {
                    why = why == null || !bare && why.foreign && !e.foreign ? e : why;
                }
            }
        }
        throw why == null ? new ProtocolException("no reply is declared") : why;
    }
}
