package jiekou;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Validates messages by the rules of the document. */
final class Rules {
    private final BiConsumer<String, String> add;

    private Rules(BiConsumer<String, String> add) {
        this.add = add;
    }

    /** The rules that a message breaks, with the document's codes. */
    static List<Problem> problemsOf(List<Field> fields, Map<String, Object> values) {
        List<Problem> out = new ArrayList<>();
        new Rules((rule, at) -> {
            String[] code = Codes.RULES.getOrDefault(rule, new String[] {"", ""});
            String text = code[1].isEmpty() ? Codes.TEXTS.getOrDefault(code[0], "") : code[1];
            out.add(new Problem(rule, at, code[0], text.replace("%s", at)));
        }).validate(new Scope(fields, values, null), "");
        return out;
    }

    /** An object with the ones that it is in, where the conditions of its fields look. */
    private record Scope(List<Field> fields, Map<String, Object> values, Scope up) {
        /** The object in which a condition names a field: ../ leads to the one around, payer/kind into one. */
        private Scope of(String name) {
            int slash = name.indexOf('/');
            if (name.startsWith("../")) {
                return up == null ? new Scope(List.of(), Map.of(), null) : up.of(name.substring(3));
            } else if (slash < 0) {
                return this;
            }
            List<Field> inner = fields.stream().filter(f -> f.name.equals(name.substring(0, slash))).findFirst().map(f -> f.fields).orElse(List.of());
            Map<String, Object> of = values.get(name.substring(0, slash)) instanceof Model model ? model.values() : null;
            return new Scope(of == null ? List.of() : inner, of == null ? Map.of() : of, null).of(name.substring(slash + 1));
        }

        private Object value(String name) {
            return of(name).values.get(own(name));
        }

        private boolean has(String name) {
            return isThere(value(name));
        }

        private String byDefault(String name) {
            return of(name).fields.stream().filter(f -> f.name.equals(own(name))).map(f -> f.byDefault == null ? "" : f.byDefault).findFirst().orElse("");
        }

        private static String own(String name) {
            return name.substring(name.lastIndexOf('/') + 1);
        }
    }

    private static boolean isThere(Object value) {
        return value != null && !value.equals("") && !(value instanceof List<?> list && list.isEmpty());
    }

    private static BigDecimal number(String text) {
        return text.matches("-?\\d+(\\.\\d+)?") ? new BigDecimal(text) : null;
    }

    private static boolean meets(Scope in, Field.Match match) {
        Object value = in.value(match.name());
        String text = value != null ? Json.textOf(value) : in.byDefault(match.name());
        if (value == null && text.isEmpty()) {
            return false;
        }
        return match.values().stream().anyMatch(wanted -> {
            BigDecimal one = number(text);
            BigDecimal two = number(wanted);
            if (one == null || two == null) {
                return match.order().isEmpty() && text.equals(wanted);
            }
            int n = one.compareTo(two);
            return switch (match.order()) {
                case "<" -> n < 0;
                case "<=" -> n <= 0;
                case ">" -> n > 0;
                case ">=" -> n >= 0;
                default -> n == 0;
            };
        });
    }

    private static boolean isWanted(Field f, Scope in) {
        return !f.requiredIf.isEmpty() && f.requiredIf.stream().allMatch(one -> meets(in, one))
                || !f.requiredUnless.isEmpty() && !f.requiredUnless.stream().allMatch(one -> meets(in, one))
                || f.requiredWith.stream().anyMatch(in::has)
                || f.requiredWithout.stream().anyMatch(name -> !in.has(name))
                || !f.requiredWithoutAll.isEmpty() && f.requiredWithoutAll.stream().noneMatch(in::has);
    }

    private static boolean isBarred(Field f, Scope in) {
        return !f.presentIf.isEmpty() && !f.presentIf.stream().allMatch(one -> meets(in, one))
                || !f.absentIf.isEmpty() && f.absentIf.stream().allMatch(one -> meets(in, one))
                || f.absentWith.stream().anyMatch(in::has);
    }

    private void validate(Scope in, String path) {
        for (Field f : in.fields) {
            Object value = in.values.get(f.name);
            if (!isThere(value) || f.required && value instanceof String text && isBlank(f, text)) {
                if (f.required && f.byDefault == null && !f.nullable && !(f.blank && value != null)) {
                    add.accept("required", path + f.name);
                } else if (isWanted(f, in)) {
                    add.accept("condition", path + f.name);
                }
                continue;
            }
            if (isBarred(f, in)) {
                add.accept("condition", path + f.name);
            }
            value(f, value, in, path + f.name);
        }
    }

    /** Whether a required text counts as absent. */
    private static boolean isBlank(Field f, String text) {
        return parts(f, text).stream().allMatch(part -> trimmed(part).isEmpty());
    }

    private static List<String> parts(Field f, String text) {
        return f.separator.isEmpty() ? List.of(text) : List.of(text.split(Pattern.quote(f.separator), -1));
    }

    private static String trimmed(String text) {
        return text.replaceAll("^[\\t\\n\\x0B\\f\\r \\u00a0\\u3000]+|[\\t\\n\\x0B\\f\\r \\u00a0\\u3000]+$", "");
    }

    private void value(Field f, Object value, Scope in, String at) {
        switch (f.kind) {
            case "record" -> object(f, value, in, at);
            case "raw" -> map(f, value, in, at);
            case "list", "scalars" -> {
                List<?> list = (List<?>) value;
                count(f, list.size(), at);
                list.forEach(one -> member(f, one, in, at));
            }
            case "whole", "seconds", "fraction" -> {
                if (value instanceof Number) {
                    number(f, value instanceof BigDecimal d ? d : new BigDecimal(String.valueOf(value)), in, at);
                } else {
                    add.accept("type", at);
                }
            }
            case "truth" -> {
                if (!(value instanceof Boolean)) {
                    add.accept("type", at);
                }
            }
            default -> {
                if (value instanceof String text) {
                    text(f, text, in, at);
                } else {
                    add.accept("type", at);
                }
            }
        }
    }

    /** The rows of an object, which is a model or is in a map. */
    private void object(Field f, Object value, Scope in, String at) {
        if (value instanceof Model model) {
            validate(new Scope(f.fields, model.values(), in), at + "/");
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> values = new HashMap<>();
            map.forEach((name, one) -> values.put(String.valueOf(name), one));
            validate(new Scope(f.fields, values, in), at + "/");
        } else {
            add.accept("type", at);
        }
    }

    private void map(Field f, Object value, Scope in, String at) {
        boolean judged = f.member != null || !f.fields.isEmpty();
        if (!judged && f.minItems == 0 && f.maxItems == 0 && f.keys.isEmpty()) {
            return;
        }
        if (value instanceof Map<?, ?> map) {
            count(f, map.size(), at);
            if (!f.keys.isEmpty() && !map.keySet().stream().allMatch(one -> Pattern.matches(f.keys, String.valueOf(one)))) {
                add.accept("format", at);
            }
            if (judged) {
                map.values().forEach(one -> member(f, one, in, at));
            }
        } else {
            add.accept("type", at);
        }
    }

    /** How many values a list or a map may have. */
    private void count(Field f, int size, String at) {
        if (size < f.minItems || f.maxItems > 0 && size > f.maxItems) {
            add.accept("length", at);
        }
    }

    /** One value of a list or a map. */
    private void member(Field f, Object one, Scope in, String at) {
        if (one == null) {
            add.accept("type", at);
        } else if (f.member != null) {
            value(f.member, one, in, at);
        } else {
            object(f, one, in, at);
        }
    }

    /** The values that a field takes, while those that decide about them are what they are. */
    private static List<String> listed(Field f, Scope in) {
        for (int n = 0; n < f.casesIf.size(); n++) {
            if (meets(in, f.casesIf.get(n))) {
                return List.of(f.casesListed.get(n).split("\n", -1));
            }
        }
        return f.listed;
    }

    /** Whether a number is one that is listed, or in a range. */
    private static boolean isAmong(BigDecimal value, String listed) {
        int dots = listed.indexOf("..");
        if (dots > 0) {
            return value.compareTo(new BigDecimal(listed.substring(0, dots))) >= 0 && value.compareTo(new BigDecimal(listed.substring(dots + 2))) <= 0;
        }
        int n = value.compareTo(new BigDecimal(listed.replaceAll("[<>=]", "")));
        if (n == 0) {
            return listed.contains("=") || !listed.startsWith("<") && !listed.startsWith(">");
        }
        return listed.startsWith(n < 0 ? "<" : ">");
    }

    private static int digits(BigDecimal value) {
        BigInteger whole = value.abs().toBigInteger();
        return whole.signum() == 0 ? 1 : whole.toString().length();
    }

    private void number(Field f, BigDecimal value, Scope in, String at) {
        boolean fraction = f.kind.equals("fraction");
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        if (fraction ? f.digits > 0 && digits(value) > f.digits : !whole || value.toBigInteger().bitLength() > 63) {
            add.accept("type", at);
            return;
        }
        BigDecimal counted = f.rounded ? value.setScale(f.places, RoundingMode.HALF_UP) : value;
        if (f.places >= 0 && counted.signum() != 0 && counted.stripTrailingZeros().scale() > f.places || f.whole >= 0 && digits(counted) > f.whole) {
            add.accept("length", at);
        }
        List<String> listed = listed(f, in);
        if (!f.bits.isEmpty()) {
            BigInteger n = value.toBigInteger();
            if (n.signum() == 0 ? !listed.contains("0") : n.signum() < 0 || n.andNot(new BigInteger(f.bits)).signum() != 0) {
                add.accept("enum", at);
            }
        } else if (!listed.isEmpty() && listed.stream().noneMatch(one -> isAmong(value, one))) {
            add.accept("enum", at);
        }
        if (f.min != null && value.compareTo(new BigDecimal(f.min)) < 0 || f.max != null && value.compareTo(new BigDecimal(f.max)) > 0) {
            add.accept("range", at);
        }
    }

    /** What a character adds to a length. */
    private static int weight(Field f, int c) {
        if (f.lengthIn.isEmpty() || c < 0x80) {
            return 1;
        }
        return c >= 0x10000 ? 4 : f.lengthIn.equals("gbk") || c < 0x800 ? 2 : 3;
    }

    private void text(Field f, String text, Scope in, String at) {
        int size = text.codePoints().map(c -> weight(f, c)).sum();
        if (f.length > 0 && size > f.length || size < f.minLength) {
            add.accept("length", at);
        }
        Object front = f.startsWith.isEmpty() ? null : in.value(f.startsWith);
        String begin = front == null ? "" : Json.textOf(front);
        List<String> listed = listed(f, in);
        List<String> parts = f.separator.isEmpty() ? List.of(text) : parts(f, text).stream().map(Rules::trimmed).filter(one -> !one.isEmpty()).toList();
        if (!listed.isEmpty() && !listed.containsAll(parts)) {
            add.accept("enum", at);
        }
        boolean matched = !f.pattern.isEmpty() && (f.startsWith.isEmpty() || !begin.isEmpty());
        boolean dots = f.place.equals("path") && (text.equals(".") || text.equals("..")); // in a URL they lead elsewhere
        if (dots || !text.startsWith(begin) || matched && !Pattern.matches(f.pattern, text.substring(begin.length()))) {
            add.accept("format", at);
        }
        boolean counts = f.formatIf.stream().allMatch(one -> !in.has(one.name()) || meets(in, one));
        if (!f.shape.isEmpty() && counts && !(Pattern.matches(f.shape, text) && (!f.shapeRule.equals("idcard") || hasCheckDigit(text)))) {
            add.accept(f.shapeRule, at);
        }
    }

    /** Whether an identity card of 18 characters ends as GB 11643 says. */
    private static boolean hasCheckDigit(String card) {
        int sum = 0;
        for (int n = 0; n < Math.min(card.length(), 17); n++) {
            sum += (card.charAt(n) - '0') * (1 << 17 - n);
        }
        return card.length() < 18 || card.charAt(17) == "10X98765432".charAt(sum % 11);
    }
}
