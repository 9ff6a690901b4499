package jiekou;

import static jiekou.Texts.utf8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jiekou.Form.Answer;
import jiekou.Form.Fixed;
import jiekou.Form.Arrival;
import jiekou.Message.Verdict;

/** Carries out a protocol, whose lines are in Lines. Times are in milliseconds. */
final class Protocol {
    private final Map<String, Function<String, Object>> readers = new LinkedHashMap<>();
    private final List<Sender> senders = new ArrayList<>();
    private List<String> ids = List.of();
    private List<Function<Message, Verdict>> replies = List.of();
    private List<Arrival> arrivals = List.of();
    private List<Answer> answers = List.of();
    private boolean trusts;

    private record Sender(Function<Message, Boolean> when, UnaryOperator<Message> write) {}

    /** What a call sends before the protocol is applied. base is what the path of url has in front of that of the interface. */
    record Call(String app, String cmd, String frame, String id, String method, String url, String base, Map<String, String> headers, String payload, String body, Map<String, String> values, List<FilePart> files) {}

    /** A message that came by HTTP; its body is bytes, one character each. */
    record Incoming(int status, String method, String url, Map<String, String> headers, String body) {}

    /** What a notification is answered. */
    record Outcome(boolean ok, String code, String text, String payload) {}

    Protocol key(String name, Function<String, Object> read) {
        readers.put(name, read);
        return this;
    }

    Protocol ids(String... patterns) {
        ids = List.of(patterns);
        return this;
    }

    Protocol request(Function<Message, Boolean> when, UnaryOperator<Message> write) {
        senders.add(new Sender(when, write));
        return this;
    }

    Protocol replies(List<Function<Message, Verdict>> list) {
        replies = list;
        return this;
    }

    Protocol notifications(List<Arrival> forms, List<Answer> list, boolean trusting) {
        arrivals = forms;
        answers = list;
        trusts = trusting;
        return this;
    }

    /** A secret, as its kind says: text, hex or base64. */
    static String secret(String kind, String text) {
        return switch (kind) {
            case "hex" -> Texts.unhex(Texts.lower(text));
            case "base64" -> Texts.looseBase64(text.trim().replaceFirst("=+$", "").replace('-', '+').replace('_', '/'));
            default -> utf8(text);
        };
    }

    private void unlock(Message m, Map<String, String> keys, long now) {
        readers.forEach((name, read) -> {
            String text = keys.getOrDefault(name, "");
            if (text.isEmpty()) {
                return;
            }
            Object key = read.apply(text);
            m.values.put(name, key instanceof String s ? s : "");
            m.keys.put(name, key);
        });
        m.now = now * 1_000_000L;
    }

    private static final Pattern URL = Pattern.compile("(?:([a-z]+)://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?.*", Pattern.DOTALL);

    private static void aim(Message m, String method, String url) {
        Matcher at = URL.matcher(url);
        if (!at.matches()) {
            throw new ProtocolException("no URL: " + url);
        }
        m.method = method;
        m.scheme = at.group(1) == null ? "https" : at.group(1);
        m.host = at.group(2) == null ? "" : at.group(2);
        m.path = utf8(at.group(3));
        m.query = at.group(4) == null ? "" : utf8(at.group(4));
    }

    private static Map<String, String> asBytes(Map<String, String> headers) {
        Map<String, String> out = new LinkedHashMap<>();
        headers.forEach((name, text) -> out.put(name, utf8(text)));
        return out;
    }

    /** Writes the message of a call and protects it. */
    Message seal(Call call, Map<String, String> keys, long now) {
        Message m = new Message();
        m.sending = true;
        m.base = call.base;
        aim(m, call.method, call.url);
        m.draft = m.query;
        m.headers(asBytes(call.headers));
        m.body = utf8(call.body);
        m.payload = utf8(call.payload);
        m.given.putAll(call.values);
        m.files = call.files;
        unlock(m, keys, now);
        m.values.put("now", String.valueOf(m.now)).put("random", Texts.randomBytes(32)).put("app", utf8(call.app)).put("interface", utf8(call.cmd));
        m.values.put("frame", utf8(call.frame)).put("payload", m.payload).put("id", call.id.isEmpty() ? newID(call.app, m.now) : utf8(call.id));
        m.values.put("method", m.method).put("scheme", m.scheme).put("host", m.host).put("path", m.path).put("body", m.body);
        m.json.put("payload", true);
        for (Sender one : senders) {
            if (one.when.apply(m)) {
                return one.write.apply(m);
            }
        }
        throw new ProtocolException("no request is declared for it");
    }

    /** An id that fits the patterns: the app, the time in China and five digits, without the end of the app where that is too long; else random. */
    private String newID(String app, long now) {
        String rest = Clocks.formatTime(String.valueOf(now), new String[][] {{"yy", "MM", "dd", "HH", "mm", "ss"}}, 480)
                + String.format("%05d", Math.floorMod(Texts.big(Texts.randomBytes(4)).intValue(), 100_000));
        for (int n = app.length(); n >= 0; n--) {
            String id = app.substring(0, n) + rest;
            if (ids.stream().allMatch(id::matches)) {
                return utf8(id);
            }
        }
        return Texts.hex(Texts.randomBytes(16));
    }

    /** Verifies a reply and reads it. It throws where the reply is not the server's. */
    Verdict open(Message sent, Map<String, String> keys, Incoming reply, long now) {
        return Message.openFirst(replies, bare -> {
            Message m = new Message();
            m.bare = bare;
            m.scheme = "";
            m.status = reply.status;
            m.headers(reply.headers);
            m.body = reply.body;
            m.call = sent;
            unlock(m, keys, now);
            for (String name : List.of("app", "interface", "frame")) {
                m.values.put(name, bare && name.equals("interface") ? "" : sent.values.get(name));
            }
            m.values.put("body", m.body).put("path", "").put("query", "").put("method", "").put("httpstatus", String.valueOf(m.status));
            return m;
        });
    }

    private Message arrived(Incoming message, Map<String, String> keys, String app, String cmd, long now) {
        Message m = new Message();
        aim(m, message.method, message.url);
        m.headers(asBytes(message.headers));
        m.body = message.body;
        unlock(m, keys, now);
        m.host = m.host.isEmpty() ? m.headers.getOrDefault("Host", "") : m.host;
        m.values.put("app", utf8(app)).put("interface", utf8(cmd)).put("frame", "").put("method", m.method).put("scheme", m.scheme).put("host", m.host);
        m.values.put("path", m.path).put("query", m.query).put("body", m.body);
        m.urls();
        return m;
    }

    /** Verifies a notification. What it throws has the message as far as it was read. */
    Message take(Incoming message, Map<String, String> keys, String app, String cmd, long now) {
        for (Arrival arrival : arrivals) {
            Message m = arrived(message, keys, app, cmd, now);
            arrival.bound.forEach(m.values::remove);
            if (!arrival.when.apply(m)) {
                continue;
            }
            try {
                arrival.read.on(m);
                if (!arrival.later.apply(m)) {
                    continue;
                }
            } catch (ProtocolException e) {
                if (arrival.asks) {
                    continue; // it does not have what the form asks for
                }
                m.known = e.refusal != null;
                e.taken = m;
                throw e;
            }
            m.known = true;
            m.proved = true;
            try {
                arrival.guard.on(m);
            } catch (ProtocolException e) {
                e.taken = m;
                throw e;
            }
            m.held = true;
            m.echo = arrival.echo;
            m.named = arrival.named.isEmpty() || !m.values.has(arrival.named) ? "" : Texts.string(m.values.get(arrival.named));
            return m;
        }
        ProtocolException wrong = Texts.form("the message");
        wrong.refusal = "json";
        wrong.taken = arrived(message, keys, app, cmd, now);
        throw wrong;
    }

    private Answer fitting(Message m, boolean ok, boolean known) {
        for (Answer a : answers) {
            if (!known && !a.outcomes.contains("unknown") || !a.codes.stream().allMatch(one -> Message.glob(one, m.values.get("code")))) {
                continue;
            }
            boolean fits = a.outcomes.stream().allMatch(one -> switch (one) {
                case "success" -> ok;
                case "failure" -> !ok && known;
                default -> !known;
            });
            if (fits && a.when.apply(m)) {
                return a;
            }
        }
        return null;
    }

    /** Writes the answer to a notification. Null: the protocol has none for a sender who is not known. */
    Message answer(Message taken, Outcome o, Map<String, String> keys, long now) {
        Message m = new Message();
        m.sending = true;
        m.payload = utf8(o.payload);
        m.call = taken;
        unlock(m, keys, now);
        m.values.put("now", String.valueOf(m.now)).put("random", Texts.randomBytes(32)).put("app", taken.values.get("app")).put("interface", taken.values.get("interface"));
        m.values.put("frame", "").put("payload", m.payload).put("id", Texts.hex(Texts.randomBytes(16))).put("code", utf8(o.code)).put("text", utf8(o.text));
        m.values.put("method", "").put("scheme", "https").put("host", "").put("path", "").put("body", "");
        m.json.put("payload", true);
        Answer one = taken.echo != null ? taken.echo : fitting(m, o.ok, taken.known);
        if (one != null && one.seals && !o.ok && !taken.proved && !trusts) {
            Answer plain = fitting(m, false, false);
            one = plain == null ? one : plain;
        }
        if (one == null) {
            return null;
        }
        for (Fixed c : o.ok ? one.failure : one.success) {
            if (!c.builtin()) {
                m.set(c.at(), "");
                m.absent.add(c.at());
            }
        }
        for (Fixed c : o.ok ? one.success : one.failure) {
            if (!c.texts().isEmpty() && c.texts().stream().noneMatch(text -> text.text().equals(m.values.maybe(c.at())))) {
                m.set(c.at(), c.texts().get(0).text(), c.texts().get(0).json());
            }
        }
        one.write.apply(m);
        m.status = statusOf(one, o);
        return m;
    }

    private static int statusOf(Answer answer, Outcome o) {
        for (String code : List.of(o.code, o.ok ? "success" : o.code, "*")) {
            for (Form.AnswerStatus one : answer.status) {
                if (one.code().equals(code)) {
                    return one.status();
                }
            }
        }
        return 200;
    }
}
