package jiekou;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What is known of a message by name. One that is not there is not taken for an empty text. */
final class Values {
    private static final Set<String> OWN = Set.of(
            "now", "random", "app", "interface", "payload", "id", "code", "text", "frame", "method", "scheme", "host", "path", "query", "body", "url", "target");
    private final Map<String, String> texts = new HashMap<>();

    String get(String name) {
        String text = texts.get(name);
        if (text == null && !OWN.contains(name)) {
            throw new ProtocolException("a value that is needed is not there: " + name);
        }
        return text == null ? "" : text;
    }

    /** The value, or null. */
    String maybe(String name) {
        return texts.get(name);
    }

    boolean has(String name) {
        return texts.containsKey(name);
    }

    Values put(String name, String text) {
        texts.put(name, text);
        return this;
    }

    void remove(String name) {
        texts.remove(name);
    }

    void putAll(Values of) {
        texts.putAll(of.texts);
    }

    void putAll(Map<String, String> of) {
        texts.putAll(of);
    }
}
