import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Calls systems and takes their notifications, as the test asks: a line of JSON each. */
final class Clients {
    private static final Map<String, Object> RECEIVERS = new HashMap<>();
    private static final List<String> PUSHES = new ArrayList<>();
    private static final Map<Object, Object> HELD = new HashMap<>();

    private static long now;
    private static boolean fails;
    private static boolean slow;

    private Clients() {}

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<?, ?> task = (Map<?, ?>) new Task(line).read();
            Map<String, Object> answer = new LinkedHashMap<>();
            try {
                if (task.get("do").equals("call")) {
                    call(task, answer);
                } else if (task.get("do").equals("show")) {
                    Constructor<?> make = of(task, (String) task.get("client")).getConstructor(String.class, String.class, Map.class);
                    answer.put("text", String.valueOf(make.newInstance(task.get("url"), task.get("app"), texts(task.get("keys")))));
                } else if (task.get("do").equals("time")) {
                    Class<?> times = of(task, "Times");
                    OffsetDateTime moment = (OffsetDateTime) times.getMethod("of", String.class).invoke(null, task.get("text"));
                    Object text = times.getMethod("text", ZonedDateTime.class, String.class).invoke(null, moment.toZonedDateTime(), "yyyyMMddHHmmss");
                    answer.put("text", moment.toInstant().toEpochMilli() + " " + text);
                } else {
                    handle(task, answer);
                }
            } catch (Exception e) {
                e.printStackTrace();
                answer.put("error", "failed");
                answer.put("text", e + " " + e.getCause());
            }
            out.println(Task.write(answer));
        }
    }

    /** Reads the tasks with the library of the first client. */
    private record Task(String line) {
        Object read() throws Exception {
            Class<?> tree = Class.forName("lianfa.client.Tree");
            Method open = Class.forName("lianfa.client.Json").getDeclaredMethod("open", tree);
            open.setAccessible(true);
            Method of = tree.getDeclaredMethod("ofString", String.class);
            of.setAccessible(true);
            return open.invoke(null, of.invoke(null, line));
        }

        static String write(Object value) throws Exception {
            Method raw = Class.forName("lianfa.client.Json").getDeclaredMethod("raw", Object.class);
            raw.setAccessible(true);
            return (String) raw.invoke(null, value);
        }
    }

    private static Class<?> of(Map<?, ?> t, String name) throws ClassNotFoundException {
        return Class.forName(t.get("package") + "." + name);
    }

    private static Map<String, String> texts(Object map) {
        Map<String, String> out = new LinkedHashMap<>();
        ((Map<?, ?>) map).forEach((name, text) -> out.put((String) name, (String) text));
        return out;
    }

    private static Object fields(Class<?> model) throws Exception {
        Field f = model.getDeclaredField("FIELDS");
        f.setAccessible(true);
        return f.get(null);
    }

    private static Object decode(Map<?, ?> t, Class<?> model, String json) throws Exception {
        Method make = model.getDeclaredMethod("of", Map.class);
        make.setAccessible(true);
        Function<Map<String, Object>, Object> maker = values -> {
            try {
                return make.invoke(null, values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        };
        Method decode = of(t, "Json").getDeclaredMethod("decode", List.class, Function.class, String.class);
        decode.setAccessible(true);
        return decode.invoke(null, fields(model), maker, json);
    }

    private static String encode(Map<?, ?> t, Object value) throws Exception {
        Method values = value.getClass().getDeclaredMethod("values");
        values.setAccessible(true);
        Method encode = of(t, "Json").getDeclaredMethod("encode", List.class, Map.class);
        encode.setAccessible(true);
        return (String) encode.invoke(null, fields(value.getClass()), values.invoke(value));
    }

    private static void call(Map<?, ?> t, Map<String, Object> out) throws Exception {
        Class<?> type = of(t, (String) t.get("client"));
        Constructor<?> make = type.getConstructor(String.class, String.class, Map.class);
        Object client = HELD.get(t.get("hold"));
        if (client == null) {
            client = make.newInstance(t.get("url"), t.get("app"), texts(t.get("keys")));
        }
        if (t.get("timeout") != null) {
            type.getMethod("timeout", Duration.class).invoke(client, Duration.ofSeconds(((Number) t.get("timeout")).longValue()));
        }
        if (t.get("hold") != null) {
            HELD.put(t.get("hold"), client);
        }
        Class<?> request = of(t, (String) t.get("request"));
        try {
            Method method = type.getMethod((String) t.get("method"), request);
            Object sent = decode(t, request, (String) t.get("payload"));
            Object times = t.get("times");
            Object caller = client;
            List<Throwable> others = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int n = times == null ? 1 : ((Number) times).intValue(); n > 1; n--) {
                Thread one = new Thread(() -> {
                    try {
                        method.invoke(caller, sent);
                    } catch (ReflectiveOperationException e) {
                        others.add(e);
                    }
                });
                one.start();
                threads.add(one);
            }
            Object reply = method.invoke(client, sent);
            for (Thread one : threads) {
                one.join();
            }
            if (!others.isEmpty()) {
                throw new IllegalStateException(others.get(0));
            }
            out.put("payload", encode(t, reply));
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            out.put("error", cause.getClass().getSimpleName().replace("Exception", "Error"));
            out.put("text", cause.getMessage());
            if (cause.getClass().getSimpleName().equals("RefusedException")) {
                out.put("code", cause.getClass().getMethod("code").invoke(cause));
            }
            if (cause.getClass().getSimpleName().equals("InvalidRequestException")) {
                List<String> problems = new ArrayList<>();
                for (Object one : (List<?>) cause.getClass().getMethod("problems").invoke(cause)) {
                    problems.add(one.getClass().getMethod("field").invoke(one) + " " + one.getClass().getMethod("rule").invoke(one));
                }
                out.put("problems", problems);
            }
        }
    }

    private static Object receiver(Map<?, ?> t) throws Exception {
        Class<?> type = of(t, (String) t.get("client"));
        Object receiver = type.getConstructor(String.class, Map.class).newInstance(t.get("app"), texts(t.get("keys")));
        Class<?> handler = Class.forName(t.get("package") + ".ReceiverBase$Handler");
        for (Object one : (List<?>) t.get("notifications")) {
            String method = (String) ((Map<?, ?>) one).get("method");
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, called, args) -> {
                PUSHES.add(encode(t, args[0]));
                if (slow) {
                    Thread.sleep(4000);
                }
                if (fails) {
                    throw new IllegalStateException("not now");
                }
                return null;
            });
            type.getMethod(method, handler).invoke(receiver, proxy);
        }
        type.getMethod("timeout", Duration.class).invoke(receiver, Duration.ofSeconds(2));
        type.getMethod("clock", Clock.class).invoke(receiver, new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now == 0 ? Instant.now() : Instant.ofEpochMilli(now);
            }
        });
        return receiver;
    }

    private static void handle(Map<?, ?> t, Map<String, Object> out) throws Exception {
        String name = (String) t.get("package");
        if (!RECEIVERS.containsKey(name)) {
            RECEIVERS.put(name, receiver(t));
        }
        PUSHES.clear();
        now = t.get("now") == null ? 0 : ((Number) t.get("now")).longValue();
        fails = Boolean.TRUE.equals(t.get("fails"));
        slow = Boolean.TRUE.equals(t.get("slow"));
        Map<?, ?> m = (Map<?, ?>) t.get("message");
        Object receiver = RECEIVERS.get(name);
        Method handle = receiver.getClass().getMethod("handle", String.class, String.class, Map.class, byte[].class);
        Object answer = handle.invoke(receiver, m.get("method"), m.get("url"), texts(m.get("headers")), Base64.getDecoder().decode((String) m.get("body")));
        out.put("status", answer.getClass().getMethod("status").invoke(answer));
        out.put("headers", answer.getClass().getMethod("headers").invoke(answer));
        out.put("body", Base64.getEncoder().encodeToString((byte[]) answer.getClass().getMethod("body").invoke(answer)));
        List<Object> pushes = new ArrayList<>();
        PUSHES.forEach(one -> pushes.add(Map.of("payload", one)));
        out.put("pushes", pushes);
    }
}
