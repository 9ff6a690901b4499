package jiekou;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out what the test asks, a line of JSON each. */
final class Driver {
    private static final List<Message> HELD = new ArrayList<>();

    private Driver() {}

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, String> answer = new LinkedHashMap<>();
            try {
                answer(Tree.ofString(line), answer);
            } catch (ReflectiveOperationException | RuntimeException e) {
                answer.put("error", Tree.quoteString(e.toString()));
                if (!(e instanceof ProtocolException)) {
                    e.printStackTrace();
                }
            }
            List<String> members = new ArrayList<>();
            answer.forEach((name, text) -> members.add(Tree.quoteString(name) + ":" + text));
            out.println("{" + String.join(",", members) + "}");
        }
    }

    private static String text(Tree t, String name) {
        Tree found = t.child(name);
        return found == null ? "" : found.string();
    }

    private static long number(Tree t, String name) {
        return Long.parseLong(text(t, name));
    }

    private static Map<String, String> map(Tree t, String name) {
        Map<String, String> out = new LinkedHashMap<>();
        Tree found = t.child(name);
        if (found != null) {
            found.list.forEach(one -> out.put(Texts.string(one.name), one.string()));
        }
        return out;
    }

    private static Protocol.Incoming incoming(Tree m) {
        return new Protocol.Incoming(
                m.child("status") == null ? 0 : (int) number(m, "status"), text(m, "method"), text(m, "url"), map(m, "headers"), Texts.unbase64(text(m, "body")));
    }

    private static void answer(Tree t, Map<String, String> out) throws ReflectiveOperationException {
        Field field = Class.forName("jiekou." + text(t, "module")).getDeclaredField("PROTOCOL");
        Protocol p = (Protocol) field.get(null);
        Map<String, String> keys = map(t, "keys");
        long now = number(t, "now");
        switch (text(t, "do")) {
            case "seal" -> {
                Tree c = t.child("call");
                String method = text(c, "method");
                Message m = p.seal(
                        new Protocol.Call(
                                text(c, "app"), text(c, "interface"), "", text(c, "id"), method.isEmpty() ? "POST" : method, text(c, "url"), "", map(c, "headers"), text(c, "payload"),
                                text(c, "body"), map(c, "values"), files(c)),
                        keys, now);
                HELD.add(m);
                message(m, out);
            }
            case "open" -> {
                Message.Verdict v = p.open(HELD.get((int) number(t, "handle")), keys, incoming(t.child("message")), now);
                out.put("ok", String.valueOf(v.ok()));
                out.put("code", Tree.quoteString(v.code()));
                out.put("payload", Tree.quoteString(v.payload()));
            }
            case "take" -> {
                Message m;
                try {
                    m = p.take(incoming(t.child("message")), keys, text(t, "app"), text(t, "interface"), now);
                    out.put("payload", Tree.quoteString(Texts.string(m.values.get("payload"))));
                } catch (ProtocolException e) {
                    m = e.taken;
                    out.put("error", Tree.quoteString(e.getMessage()));
                }
                HELD.add(m);
                out.put("handle", String.valueOf(HELD.size() - 1));
            }
            default -> {
                Message m = p.answer(
                        HELD.get((int) number(t, "handle")), new Protocol.Outcome(text(t, "ok").equals("true"), text(t, "code"), text(t, "text"), text(t, "payload")), keys, now);
                if (m != null) {
                    message(m, out);
                }
            }
        }
    }

    private static List<FilePart> files(Tree call) {
        List<FilePart> out = new ArrayList<>();
        for (Tree f : call.child("files") == null ? List.<Tree>of() : call.child("files").list) {
            out.add(new FilePart(text(f, "name"), java.util.Base64.getDecoder().decode(text(f, "body")), text(f, "file"), text(f, "type")));
        }
        return out;
    }

    private static void message(Message m, Map<String, String> out) {
        out.put("handle", String.valueOf(HELD.size() - 1));
        out.put("status", String.valueOf(m.status));
        out.put("method", Tree.quoteString(m.method));
        out.put("scheme", Tree.quoteString(m.scheme));
        out.put("host", Tree.quoteString(m.host));
        out.put("path", Tree.quoteString(Texts.string(m.path)));
        out.put("query", Tree.quoteString(Texts.string(m.query)));
        out.put("body", Tree.quoteString(Texts.base64(m.body)));
        List<String> headers = new ArrayList<>();
        m.headers.forEach((name, text) -> headers.add(Tree.quoteString(name) + ":" + Tree.quoteString(Texts.string(text))));
        out.put("headers", "{" + String.join(",", headers) + "}");
    }
}
