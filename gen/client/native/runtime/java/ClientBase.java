package jiekou;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Calls a system as one app: a request is validated, sealed and sent, and its reply verified. */
public abstract class ClientBase {
    private static final int MAX_REPLY = 16 << 20; // bytes

    private final URI url;
    private final String app;
    private final Map<String, String> keys;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private Duration timeout = Duration.ofSeconds(30);
    private Clock clock = Clock.systemUTC();
    private Model login;
    private final Object turn = new Object();
    private String session;
    private long until = Long.MAX_VALUE;
    private volatile int attempts;
    private Exception failed; // why the last login did

    /** One interface of the document. */
    record Interface<R>(String cmd, String method, String path, String frame, String flags, List<Field> request, List<Field> response, Function<Map<String, Object>, R> make) {
        boolean is(String flag) {
            return flags.contains(flag);
        }
    }

    /** The interface that issues the token which the other calls carry. value and seconds are where its reply has it, and how long it lasts. */
    record Issuing(Interface<?> of, String request, boolean asks, List<String> value, List<String> seconds, long lasts, List<String> codes) {
        /** Whether a refusal is one of the token. */
        boolean refuses(String code, int status) {
            return codes.contains(code) || status == 401 && code.isEmpty();
        }
    }

    ClientBase(String url, String app, Map<String, String> keys) {
        if (!url.matches("https?://[^/?#].*")) {
            throw new IllegalArgumentException("no URL of a server: " + url);
        }
        this.url = URI.create(url);
        this.app = app;
        this.keys = Map.copyOf(keys);
        this.session = keys.getOrDefault(token(), "");
    }

    abstract Protocol protocol();

    abstract boolean hasPath();

    abstract String token();

    /** How the client gets its token; null: it does not. */
    Issuing issuing() {
        return null;
    }

    /** Whether keys prove replies. */
    abstract boolean verified();

    /** A value that fills in a field outside of the body, or what the protocol asks of its sender. */
    public ClientBase value(String name, String text) {
        values.put(name, text);
        return this;
    }

    /** A header that is sent with every request. */
    public ClientBase header(String name, String text) {
        headers.put(name, text);
        return this;
    }

    /** How long one call may take; 30 seconds by default. */
    public ClientBase timeout(Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    /** The clock; the system's by default. */
    public ClientBase clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** What sends requests: for proxies, TLS and the like. */
    public ClientBase http(HttpClient http) {
        this.http = http;
        return this;
    }

    /** The request of the login, where the document leaves members of it to the caller. */
    public ClientBase loginWith(Model request) {
        this.login = request;
        return this;
    }

    <R> R send(Interface<R> i, Model request, String id) throws IOException, InterruptedException {
        return send(i, request, id, List.of());
    }

    <R> R send(Interface<R> i, Model request, String id, List<FilePart> files) throws IOException, InterruptedException {
        Map<String, Object> given = filled(i, request.values());
        List<Problem> problems = Rules.problemsOf(i.request, given);
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(i.cmd, problems);
        }
        Function<String, R> read = text -> Json.decode(i.response, i.make, text);
        Issuing by = issuing();
        if (!i.is("token") || by == null || by.asks && login == null) {
            return exchange(i, given, id, files, session, read);
        }
        String token = authorized(by, "");
        try {
            return exchange(i, given, id, files, token, read);
        } catch (RefusedException e) {
            if (!by.refuses(e.code(), e.status())) {
                throw e;
            }
        } catch (UnreadableReplyException e) {
            if (!by.refuses(e.code(), e.status())) {
                throw e;
            }
        }
        return exchange(i, given, id, files, authorized(by, token), read); // it was not carried out
    }

    /** A token that is good as far as is known, and not the refused one: one login for all that wait for it. */
    private String authorized(Issuing by, String refused) throws IOException, InterruptedException {
        int before = attempts;
        synchronized (turn) {
            if (!session.isEmpty() && !session.equals(refused) && clock.millis() < until) {
                return session;
            }
            if (failed instanceof RuntimeException e && attempts != before) {
                throw e;
            }
            if (failed instanceof IOException e && attempts != before) {
                throw e;
            }
            attempts++;
            session = "";
            failed = null;
            long asked = clock.millis();
            try {
                Map<String, Object> given = login == null ? Json.decode(by.of.request(), values -> values, by.request) : login.values();
                List<String> got = exchange(by.of, filled(by.of, given), "", List.of(), "", text -> List.of(Json.at(text, by.value), Json.at(text, by.seconds)));
                if (got.get(0).isEmpty()) {
                    throw new IOException("the reply of " + by.of.cmd() + " has no token");
                }
                session = got.get(0);
                long millis = got.get(1).isEmpty() ? 1000 * by.lasts : Math.round(1000 * Double.parseDouble(got.get(1)));
                until = millis > 0 ? asked + millis - Math.min(60_000, millis / 10) : Long.MAX_VALUE;
                return session;
            } catch (RuntimeException | IOException e) {
                failed = e;
                throw e;
            }
        }
    }

    /** Sends a request and reads the reply once it is verified. */
    private <T> T exchange(Interface<?> i, Map<String, Object> given, String id, List<FilePart> files, String token, Function<String, T> read) throws IOException, InterruptedException {
        Message m = protocol().seal(drafted(i, given, id, files, token), keys, clock.millis());
        String sent = Texts.string(m.values.get("id"));
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(origin() + Texts.string(m.path) + (m.query.isEmpty() ? "" : "?" + m.query))).timeout(timeout);
        m.headers.forEach((name, text) -> {
            if (!name.equals("Host") && !name.equals("Content-Length")) {
                builder.header(name, text);
            }
        });
        builder.method(m.method, m.body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(Texts.bytes(m.body)));
        HttpResponse<byte[]> response;
        try {
            response = within(http.sendAsync(builder.build(), info -> new Gathered()));
        } catch (IOException e) {
            throw new NoReplyException(i.cmd, sent, e);
        }
        if (response.body().length > MAX_REPLY) {
            throw new UnreadableReplyException(i.cmd, response.statusCode(), sent, "the reply is larger than " + MAX_REPLY + " bytes", "", "");
        }
        return opened(i, m, response, sent, read);
    }

    /** Waits for a reply to its last byte, until the time is over. */
    private <T> T within(CompletableFuture<T> reply) throws IOException, InterruptedException {
        try {
            return reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("none within " + timeout.toMillis() / 1000.0 + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } finally {
            reply.cancel(true);
        }
    }

    /** Gathers a reply; of a longer one a part that is longer than MAX_REPLY. */
    private static final class Gathered implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        private Flow.Subscription from;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            from = subscription;
            from.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> list) {
            for (ByteBuffer one : list) {
                byte[] bytes = new byte[one.remaining()];
                one.get(bytes);
                parts.writeBytes(bytes);
            }
            if (parts.size() > MAX_REPLY) {
                from.cancel();
                body.complete(parts.toByteArray());
            }
        }

        @Override
        public void onError(Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            body.complete(parts.toByteArray());
        }
    }

    /** Verifies a reply and reads it. */
    private <T> T opened(Interface<?> i, Message m, HttpResponse<byte[]> response, String id, Function<String, T> read) {
        int status = response.statusCode();
        Map<String, String> came = new LinkedHashMap<>();
        response.headers().map().forEach((name, list) -> came.put(name, String.join(", ", list)));
        Message.Verdict verdict;
        try {
            verdict = protocol().open(m, keys, new Protocol.Incoming(status, "", "", came, Texts.of(response.body())), clock.millis());
        } catch (ProtocolException e) {
            if (e.foreign) {
                throw new UnreadableReplyException(i.cmd, status, id, bodyOf(response), "", "");
            }
            throw new ForgedReplyException(i.cmd, status, id, e);
        }
        if (verdict.unknown() && verified() || verdict.ok() && !verdict.proved() && status / 100 != 2) {
            String said = (verdict.code() + " " + verdict.text()).trim();
            throw new UnreadableReplyException(i.cmd, status, id, said.isEmpty() ? bodyOf(response) : said, verdict.code(), verdict.text());
        }
        if (!verdict.ok()) {
            throw new RefusedException(i.cmd, verdict.code(), verdict.text(), status, id);
        }
        try {
            return read.apply(Json.joined(i.response, verdict.payload(), came));
        } catch (ProtocolException e) {
            throw new UnreadableReplyException(i.cmd, status, id, e.getMessage(), "", "");
        }
    }

    /** What a body is, and nothing of what is in it. */
    private static String bodyOf(HttpResponse<byte[]> response) {
        int size = response.body().length;
        String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "").trim().toLowerCase(Locale.ROOT);
        return size == 0 ? "the body is empty" : (type.isEmpty() ? "a body" : type) + " of " + size + " bytes";
    }

    private String origin() {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    /** A request with the values of the configuration outside of its body. */
    private Map<String, Object> filled(Interface<?> i, Map<String, Object> request) {
        Map<String, Object> out = new LinkedHashMap<>(request);
        for (Field f : i.request) {
            if (!f.place.isEmpty() && values.containsKey(f.name)) {
                out.putIfAbsent(f.name, values.get(f.name));
            }
        }
        return out;
    }

    private static String pair(String name, String text) {
        return escaped(name) + "=" + escaped(text);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Puts a request where the interface has it; the protocol does the rest. */
    private Protocol.Call drafted(Interface<?> i, Map<String, Object> request, String id, List<FilePart> files, String token) {
        String base = base(i.path);
        String path = i.path;
        List<String> query = new ArrayList<>();
        if (url.getRawQuery() != null) {
            query.add(url.getRawQuery());
        }
        Map<String, String> sent = new LinkedHashMap<>(headers);
        if (i.is("form")) {
            sent.put("Content-Type", "application/x-www-form-urlencoded");
        }
        List<Field> rest = new ArrayList<>();
        List<String> pairs = new ArrayList<>();
        for (Field f : i.request) {
            String text = Json.plain(f, request.get(f.name));
            switch (f.place) {
                case "path" -> path = path.replace("{" + f.name + "}", escaped(text == null ? "" : text).replace("+", "%20"));
                case "query" -> {
                    if (text != null) {
                        query.add(pair(f.outer(), text));
                    }
                }
                case "header" -> {
                    if (text != null) {
                        sent.put(f.outer(), text);
                    }
                }
                case "cookie" -> {
                    if (text != null) {
                        String cookie = f.outer() + "=" + escaped(text).replace("+", "%20");
                        sent.merge("Cookie", cookie, (before, one) -> before + "; " + one);
                    }
                }
                default -> {
                    rest.add(f);
                    if (text != null) {
                        pairs.add(pair(f.name, text));
                    }
                }
            }
        }
        if (i.is("query")) {
            query.addAll(pairs);
        }
        Map<String, String> own = new HashMap<>(values);
        if (!token().isEmpty() && !token.isEmpty()) {
            own.put(token(), token);
        }
        String payload = i.is("query") ? "" : i.is("pairs") ? String.join("&", pairs) : Json.carried(rest, request);
        String full = hasPath() ? "" : base + path;
        String target = origin() + (full.isEmpty() && !hasPath() ? "/" : full) + (query.isEmpty() ? "" : "?" + String.join("&", query));
        return new Protocol.Call(app, i.cmd, i.frame, id, i.method, target, base, sent, payload, "", own, files);
    }

    /** The path of the server's URL, without the path of the interface where it is there already. */
    private String base(String path) {
        String above = url.getRawPath().replaceFirst("/+$", "");
        List<String> segments = List.of(above.split("/", -1));
        List<String> end = List.of(path.replaceFirst("/+$", "").split("/", -1));
        end = end.subList(1, end.size());
        int from = segments.size() - end.size();
        if (end.isEmpty() || from < 1) {
            return above;
        }
        for (int n = 0; n < end.size(); n++) {
            if (!end.get(n).startsWith("{") && !end.get(n).equals(segments.get(from + n))) {
                return above;
            }
        }
        return String.join("/", segments.subList(0, from));
    }
}
