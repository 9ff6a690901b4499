package jiekou;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import jiekou.Intake.Refusal;

/**
 * Verifies notifications, calls the handlers, and answers. A handler that returns says that its effect is
 * stored; one that throws gets the notification again.
 */
public abstract class ReceiverBase {
    private static final long WEEK = 7L * 24 * 3_600_000;
    private static final long PATIENCE = 10_000; // milliseconds that a copy waits for the one that is carried out

    private final String app;
    private final Map<String, String> keys;
    private final Map<String, Notification<?>> notifications = new HashMap<>();
    private final Map<String, Long> used = new HashMap<>();
    private final Set<String> busy = new HashSet<>();
    private Seen seen = new Memory();
    private Clock clock = Clock.systemUTC();
    private Duration timeout = Duration.ofSeconds(10);
    private BiConsumer<String, Exception> log = (cmd, why) -> {};

    /** What is done with a notification. */
    @FunctionalInterface
    public interface Handler<T> {
        /** Stores the effect of a notification. */
        void handle(T notification, Delivery delivery) throws Exception;
    }

    /** What the sender is answered. */
    public record Answer(int status, Map<String, String> headers, byte[] body) {}

    record Notification<T>(List<Field> fields, Function<Map<String, Object>, T> make, Handler<? super T> handler) {
        /** What is left to do with a notification that was read. */
        Act read(Intake intake, String payload, Map<String, String> headers, Delivery delivery) {
            T value = intake.read(fields, make, payload, headers);
            return () -> handler.handle(value, delivery);
        }
    }

    private interface Act {
        void run() throws Exception;
    }

    /** The last 10,000 ids, in memory. */
    private static final class Memory implements Seen {
        private final Map<String, Boolean> ids = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > 10_000;
            }
        };

        @Override
        public synchronized boolean has(String id) {
            return ids.containsKey(id);
        }

        @Override
        public synchronized void add(String id) {
            ids.put(id, true);
        }
    }

    ReceiverBase(String app, Map<String, String> keys) {
        this.app = app;
        this.keys = Map.copyOf(keys);
    }

    abstract Protocol protocol();

    abstract String only();

    abstract String sender();

    abstract Intake intake();

    <T> void on(String cmd, List<Field> fields, Function<Map<String, Object>, T> make, Handler<? super T> handler) {
        notifications.put(cmd, new Notification<>(fields, make, handler));
    }

    /** Where it is kept what was carried out; in memory by default. */
    public ReceiverBase seen(Seen seen) {
        this.seen = seen;
        return this;
    }

    /** The clock; the system's by default. */
    public ReceiverBase clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** How long a handler may take, 10 seconds by default. Then it goes on, and the sender is told to come again. */
    public ReceiverBase timeout(Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    /** Hears why a message was refused, or what a handler threw. */
    public ReceiverBase log(BiConsumer<String, Exception> log) {
        this.log = log;
        return this;
    }

    /** Takes one message. It never throws: what is wrong is in the answer. */
    public Answer handle(String method, String url, Map<String, String> headers, byte[] body) {
        long now = clock.millis();
        Message taken = null;
        Protocol.Outcome outcome = new Protocol.Outcome(true, Codes.SUCCESS, "", "{}");
        List<String> marked = new ArrayList<>();
        String outside = !intake().methods().contains(method) ? "method" : body.length > intake().body() ? "size" : "";
        try {
            if (!outside.isEmpty()) {
                protocol().take(new Protocol.Incoming(0, "", "", Map.of(), ""), keys, app, only(), now); // the answer to nobody who is known
                throw new Refusal(outside, "");
            }
            taken = protocol().take(new Protocol.Incoming(0, method, url, headers, Texts.of(body)), keys, app, only(), now);
            mark(taken, now, marked);
            if (taken.echo == null) {
                carryOut(taken);
            }
        } catch (Exception e) { // whatever it is, the sender is answered
            String rule = "internal";
            String field = "";
            if (e instanceof Refusal refusal) {
                rule = refusal.rule;
                field = refusal.field;
            } else if (e instanceof ProtocolException wrong) {
                rule = wrong.refusal == null ? "json" : wrong.refusal;
                field = wrong.field == null ? "" : wrong.field;
                taken = taken == null ? wrong.taken : taken;
            }
            if (!outside.isEmpty()) {
                rule = outside;
                field = "";
            }
            if (taken != null) {
                taken.echo = null;
            }
            outcome = refusal(rule, field);
            if (!outcome.ok()) {
                synchronized (used) {
                    marked.forEach(used::remove);
                }
            }
            log.accept(taken == null ? "" : taken.values.get("interface"), e);
            taken = rule.equals("app") ? null : taken; // another sender learns nothing
        }
        Message answer = taken == null ? null : protocol().answer(taken, outcome, keys, now);
        int status = answer == null ? 401 : answer.status;
        Map<String, String> out = new LinkedHashMap<>(answer == null ? Map.of() : answer.headers);
        if (!outside.isEmpty() && (taken == null || !taken.known)) {
            status = outside.equals("method") ? 405 : 413;
            if (outside.equals("method")) {
                out.put("Allow", String.join(", ", intake().methods()));
            }
        }
        return new Answer(status, out, answer == null ? new byte[0] : Texts.bytes(answer.body));
    }

    private void mark(Message taken, long now, List<String> marked) {
        synchronized (used) {
            used.values().removeIf(end -> end < now);
            for (Message.Once one : taken.once) {
                if (used.putIfAbsent(one.value(), now + (one.keep() == 0 ? WEEK : one.keep())) != null) {
                    throw new Refusal(one.refusal(), "");
                }
                marked.add(one.value());
            }
        }
    }

    private void carryOut(Message taken) throws Exception {
        String named = Texts.string(taken.values.get("interface"));
        String cmd = named.isEmpty() ? only() : named;
        Notification<?> notification = notifications.get(cmd);
        if (notification == null) {
            throw new Refusal("interface", "");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        taken.headers.forEach((name, text) -> headers.put(name, Texts.string(text)));
        Act act = notification.read(intake(), taken.values.get("payload"), headers, new Delivery(cmd, taken.named));
        // Only the app itself gives such ids: it is a call of ours that somebody sends back.
        if (!sender().isEmpty() && taken.named.startsWith(app) && !taken.named.startsWith(sender())) {
            throw new Refusal("sid", "");
        }
        inTime(cmd, () -> once(cmd, taken.named, act));
    }

    private void once(String cmd, String id, Act act) throws Exception {
        begin(id);
        try {
            if (!id.isEmpty() && seen.has(id)) {
                throw new Refusal("repeated", "");
            }
            act.run();
            note(cmd, id);
        } finally {
            end(id);
        }
    }

    /** Does something in a thread of its own. What takes too long goes on, and its copy waits for it. */
    private void inTime(String cmd, Act act) throws Exception {
        AtomicBoolean late = new AtomicBoolean();
        FutureTask<Void> task = new FutureTask<>(() -> {
            try {
                act.run();
            } catch (Exception e) {
                if (late.get()) {
                    log.accept(cmd, e); // nobody waits for it any more
                }
                throw e;
            }
            return null;
        });
        Thread thread = new Thread(task, "notification " + cmd);
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            late.set(true);
            throw new Refusal("unavailable", ""); // it comes again
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        }
    }

    /** Those with one id go one after the other. */
    private void begin(String id) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE * 1_000_000L;
        synchronized (busy) {
            while (!id.isEmpty() && !busy.add(id)) {
                long left = (end - System.nanoTime()) / 1_000_000L;
                if (left <= 0) {
                    throw new Refusal("unavailable", ""); // it comes again
                }
                busy.wait(left);
            }
        }
    }

    /** Notes what was carried out. Where that fails, its effect is there all the same. */
    private void note(String cmd, String id) {
        try {
            if (!id.isEmpty()) {
                seen.add(id);
            }
        } catch (RuntimeException e) {
            log.accept(cmd, e);
        }
    }

    private void end(String id) {
        synchronized (busy) {
            busy.remove(id);
            busy.notifyAll();
        }
    }

    private static Protocol.Outcome refusal(String rule, String field) {
        String[] otherwise = Codes.TEXTS.containsKey(rule) ? new String[] {rule, ""} : Codes.RULES.getOrDefault("internal", new String[] {rule, ""});
        String[] code = Codes.RULES.getOrDefault(rule, otherwise);
        String text = code[1].isEmpty() ? Codes.TEXTS.getOrDefault(code[0], "") : code[1];
        return new Protocol.Outcome(rule.equals("repeated"), code[0], text.replace("%s", field), "{}");
    }
}
