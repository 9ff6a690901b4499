package jiekou;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
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
        /** The object in which a condition names a field: ../ leads to the one around. */
        private Scope of(String name) {
            return !name.startsWith("../") ? this : up == null ? new Scope(List.of(), Map.of(), null) : up.of(name.substring(3));
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
            return name.substring(name.lastIndexOf("../") < 0 ? 0 : name.lastIndexOf("../") + 3);
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
            if (!isThere(value) || f.required && value instanceof String text && text.isBlank()) {
                if (f.required && f.byDefault == null && !(f.blank && value != null)) {
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

    private void value(Field f, Object value, Scope in, String at) {
        switch (f.kind) {
            case "record" -> validate(new Scope(f.fields, ((Model) value).values(), in), at + "/");
            case "list", "scalars" -> {
                List<?> list = (List<?>) value;
                if (list.size() < f.minItems || f.maxItems > 0 && list.size() > f.maxItems) {
                    add.accept("length", at);
                }
                for (Object one : list) {
                    if (one == null) {
                        add.accept("type", at);
                    } else if (f.member != null) {
                        value(f.member, one, in, at);
                    } else {
                        validate(new Scope(f.fields, ((Model) one).values(), in), at + "/");
                    }
                }
            }
            case "whole", "seconds", "fraction" -> number(f, value instanceof BigDecimal d ? d : new BigDecimal(String.valueOf(value)), at);
            case "text", "time" -> text(f, (String) value, at);
            default -> {}
        }
    }

    private void number(Field f, BigDecimal value, String at) {
        BigInteger whole = value.abs().toBigInteger();
        int digits = whole.signum() == 0 ? 1 : whole.toString().length();
        if (f.places >= 0 && value.signum() != 0 && value.stripTrailingZeros().scale() > f.places || f.whole >= 0 && digits > f.whole) {
            add.accept("length", at);
        }
        if (!f.listed.isEmpty() && f.listed.stream().noneMatch(one -> new BigDecimal(one).compareTo(value) == 0)) {
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

    private void text(Field f, String text, String at) {
        int size = text.codePoints().map(c -> weight(f, c)).sum();
        if (f.length > 0 && size > f.length || size < f.minLength) {
            add.accept("length", at);
        }
        List<String> parts = f.separator.isEmpty() ? List.of(text) : List.of(text.split(Pattern.quote(f.separator), -1));
        if (!f.listed.isEmpty() && !f.listed.containsAll(parts)) {
            add.accept("enum", at);
        }
        if (!f.pattern.isEmpty() && !Pattern.matches(f.pattern, text)) {
            add.accept("format", at);
        }
    }
}
