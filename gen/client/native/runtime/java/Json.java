package jiekou;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Values of messages as JSON, with every digit. */
final class Json {
    private Json() {}

    private static String quote(String text) {
        return Tree.quoteString(text);
    }

    static String textOf(Object value) {
        return value instanceof BigDecimal d ? d.toPlainString() : String.valueOf(value);
    }

    /** Writes an object as the JSON of a message. */
    static String encode(List<Field> fields, Map<String, Object> values) {
        List<String> members = new ArrayList<>();
        for (Field f : fields) {
            if (values.get(f.name) != null) {
                members.add(quote(f.name) + ":" + encode(f, values.get(f.name)));
            } else if (f.nullable) {
                members.add(quote(f.name) + ":null");
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    /** The payload of an object: of a field that is all of it, its value alone. */
    static String carried(List<Field> fields, Map<String, Object> values) {
        for (Field f : fields) {
            if (f.place.equals("whole")) {
                return values.get(f.name) == null ? "null" : encode(f, values.get(f.name));
            }
        }
        return encode(fields, values);
    }

    /** The JSON of all fields of a message, as an object: those in headers, in its payload, and the one that is all of that. */
    static String joined(List<Field> fields, String payload, Map<String, String> headers) {
        List<String> members = new ArrayList<>();
        Field whole = null;
        for (Field f : fields) {
            whole = f.place.equals("whole") ? f : whole;
            if (f.place.equals("header")) {
                headers.forEach((name, text) -> {
                    if (name.equalsIgnoreCase(f.outer())) {
                        boolean quoted = f.asText || f.kind.equals("text") || f.kind.equals("time");
                        members.add(quote(f.name) + ":" + (quoted ? quote(text) : text));
                    }
                });
            }
        }
        if (whole != null && !payload.isEmpty()) {
            members.add(quote(whole.name) + ":" + payload);
        }
        if (members.isEmpty()) {
            return payload.isEmpty() ? "{}" : payload;
        }
        String rest = whole != null || payload.isBlank() ? "}" : payload.strip().substring(1).strip();
        return "{" + String.join(",", members) + (rest.startsWith("}") ? "" : ",") + rest;
    }

    static String encode(Field f, Object value) {
        return switch (f.kind) {
            case "whole", "fraction" -> f.asText ? quote(textOf(value)) : textOf(value);
            case "seconds", "truth" -> textOf(value);
            case "text", "time" -> quote(String.valueOf(value));
            default -> f.asText ? quote(nested(f, value)) : nested(f, value);
        };
    }

    private static String nested(Field f, Object value) {
        return switch (f.kind) {
            case "record" -> encode(f.fields, ((Model) value).values());
            case "list" -> "[" + String.join(",", ((List<?>) value).stream().map(one -> encode(f.fields, ((Model) one).values())).toList()) + "]";
            case "scalars" -> "[" + String.join(",", ((List<?>) value).stream().map(one -> encode(f.member, one)).toList()) + "]";
            default -> raw(value);
        };
    }

    private static String raw(Object value) {
        if (value instanceof Map<?, ?> map) {
            return "{" + String.join(",", map.entrySet().stream().map(one -> quote(String.valueOf(one.getKey())) + ":" + raw(one.getValue())).toList()) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(Json::raw).toList()) + "]";
        }
        return value == null || value instanceof Number || value instanceof Boolean ? textOf(value) : quote(String.valueOf(value));
    }

    /** A value outside of JSON: in a path, a query or a header; null where there is none. */
    static String plain(Field f, Object value) {
        if (value == null) {
            return null;
        }
        return switch (f.kind) {
            case "record", "list", "scalars", "raw" -> nested(f, value);
            default -> textOf(value);
        };
    }

    /** Reads the JSON of a message. Members that the document does not have are left out. */
    static <T> T decode(List<Field> fields, Function<Map<String, Object>, T> make, String json) {
        return object(fields, make, Tree.ofString(json));
    }

    /** The member of an object that a field is; null where it has no value. */
    static Tree member(Field f, Tree tree) {
        for (Tree one : tree.list) {
            String name = Texts.string(one.name);
            if (one.kind != Tree.Kind.NULL && (name.equals(f.name) || f.alias.contains(name))) {
                return one;
            }
        }
        return null;
    }

    /** Whether a value is "", which stands for none but in a text. */
    static boolean isBlank(Field f, Tree tree) {
        return tree.kind == Tree.Kind.TEXT && tree.text.isEmpty() && !f.kind.equals("text");
    }

    /** A member of JSON as text, empty where there is none. */
    static String at(String json, List<String> path) {
        Object found = path.isEmpty() ? null : open(Tree.ofString(json));
        for (String name : path) {
            found = found instanceof Map<?, ?> members ? members.get(name) : null;
        }
        return found == null ? "" : textOf(found);
    }

    static <T> T object(List<Field> fields, Function<Map<String, Object>, T> make, Tree tree) {
        if (tree.kind != Tree.Kind.OBJECT) {
            throw new ProtocolException("it is no object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field f : fields) {
            Tree found = member(f, tree);
            if (found != null && !isBlank(f, found)) {
                values.put(f.name, value(f, found));
            }
        }
        return make.apply(values);
    }

    private static Object value(Field f, Tree tree) {
        String text = tree.string();
        Tree inner = f.asText && tree.kind == Tree.Kind.TEXT && !text.isEmpty() && List.of("record", "list", "scalars", "raw").contains(f.kind) ? Tree.parseJSON(tree.text) : tree;
        try {
            return switch (f.kind) {
                case "whole", "seconds" -> f.big ? (Object) new BigInteger(text) : (Object) Long.valueOf(text);
                case "fraction" -> new BigDecimal(text);
                case "truth" -> text.equals("true") || text.equals("1");
                case "record" -> object(f.fields, f.make, inner);
                case "list" -> inner.elements().stream().map(one -> object(f.fields, f.make, one)).toList();
                case "scalars" -> inner.elements().stream().map(one -> value(f.member, one)).toList();
                case "raw" -> open(inner);
                default -> text;
            };
        } catch (NumberFormatException e) {
            throw new ProtocolException(f.name + " is no number of its kind");
        }
    }

    private static Object open(Tree tree) {
        switch (tree.kind) {
            case OBJECT -> {
                Map<String, Object> out = new LinkedHashMap<>();
                tree.list.forEach(one -> out.put(Texts.string(one.name), open(one)));
                return out;
            }
            case ARRAY -> {
                List<Object> out = new ArrayList<>();
                tree.list.forEach(one -> out.add(open(one)));
                return out;
            }
            case TEXT -> {
                return tree.string();
            }
            case NULL -> {
                return null;
            }
            default -> {
                String text = tree.string();
                return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : new BigDecimal(text);
            }
        }
    }
}
