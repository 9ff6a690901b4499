package jiekou;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a notification may be at most, and how its payload is read: strictly, as the server reads requests.
 * lone says that one element stands for a list of one.
 */
record Intake(List<String> methods, int body, int depth, int elements, boolean lone) {
    /** Why a notification is refused: a rule of the document. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final String rule;
        final String field;

        Refusal(String rule, String field) {
            super((rule + " " + field).strip());
            this.rule = rule;
            this.field = field;
        }
    }

    private record Wrong(String rule, String field, List<Integer> place) {}

    /** Reads a notification, or refuses it for the first rule that it breaks. */
    <T> T read(List<Field> fields, Function<Map<String, Object>, T> make, String payload, Map<String, String> headers) {
        if (payload.isEmpty() && fields.stream().anyMatch(f -> f.required)) {
            throw new Refusal("empty", "");
        }
        Tree tree;
        try {
            tree = parsed(Json.joined(fields, Texts.string(payload), headers));
        } catch (ProtocolException e) {
            throw new Refusal("json", "");
        }
        List<Wrong> all = new ArrayList<>();
        misfits(fields, tree, "").forEach(at -> all.add(new Wrong("type", at, place(fields, at))));
        T value = Json.object(fields, make, tree);
        for (Problem p : Rules.problemsOf(fields, ((Model) value).values())) {
            if (!p.rule().equals("required") || !cameBlank(fields, tree, p.field())) {
                all.add(new Wrong(p.rule(), p.field(), place(fields, p.field())));
            }
        }
        all.sort(Comparator.comparing(Wrong::place, Intake::order));
        if (!all.isEmpty()) {
            throw new Refusal(all.get(0).rule, all.get(0).field);
        }
        return value;
    }

    /** The JSON of an object, whose texts a database can hold, within the limits. */
    private Tree parsed(String json) {
        Tree root = Tree.ofString(json);
        String odd = json.replaceAll("\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}", " ");
        if (root.kind != Tree.Kind.OBJECT || !bounded(root, 1) || odd.matches("(?s).*\\\\u(0000|[dD][89a-fA-F]).*")) {
            throw new ProtocolException("it is no sound object");
        }
        return root;
    }

    private boolean bounded(Tree tree, int at) {
        if (!tree.isNested()) {
            return true;
        }
        return at <= depth && (tree.kind == Tree.Kind.OBJECT || tree.list.size() <= elements) && tree.list.stream().allMatch(one -> bounded(one, at + 1));
    }

    /** The paths of values of other types than the document says. They are taken out. */
    private List<String> misfits(List<Field> fields, Tree tree, String at) {
        List<String> out = new ArrayList<>();
        for (Field f : fields) {
            Tree found = Json.member(f, tree);
            if (found == null || Json.isBlank(f, found)) {
                continue;
            }
            List<String> wrong = unfit(f, found, at + f.name);
            if (wrong.contains(at + f.name)) {
                tree.list.remove(found);
            }
            out.addAll(wrong);
        }
        return out;
    }

    /** The paths of what is of another type in the value of a field. */
    private List<String> unfit(Field f, Tree tree, String path) {
        boolean quoted = tree.kind == Tree.Kind.TEXT;
        boolean number = tree.kind == Tree.Kind.SCALAR && !List.of("true", "false").contains(tree.text);
        boolean fits = switch (f.kind) {
            case "text" -> quoted || f.numeric && number && tree.text.matches("[0-9]{1,19}");
            case "time" -> quoted || number;
            case "whole", "seconds" -> (quoted || number) && isWhole(f, tree, number);
            case "fraction" -> number || quoted && tree.text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
            case "truth" -> List.of("true", "false").contains(tree.text);
            case "record" -> f.asText && quoted || tree.kind == Tree.Kind.OBJECT;
            case "list", "scalars" -> f.asText && quoted || lone || tree.kind == Tree.Kind.ARRAY;
            default -> tree.kind == Tree.Kind.OBJECT || f.member == null && f.fields.isEmpty();
        };
        if (!fits) {
            return List.of(path);
        }
        return f.asText && quoted || f.kind.equals("raw") ? List.of() : inside(f, tree, path);
    }

    /** The same of what is in an object or a list. */
    private List<String> inside(Field f, Tree tree, String path) {
        List<String> out = new ArrayList<>();
        if (f.kind.equals("record")) {
            return misfits(f.fields, tree, path + "/");
        }
        if (!f.kind.equals("list") && !f.kind.equals("scalars")) {
            return out;
        }
        for (Tree one : tree.kind == Tree.Kind.ARRAY ? tree.list : List.of(tree)) {
            if (f.member != null) {
                out.addAll(unfit(f.member, one, path));
            } else if (one.kind == Tree.Kind.OBJECT) {
                out.addAll(misfits(f.fields, one, path + "/"));
            } else {
                out.add(path);
            }
        }
        return out;
    }

    /** 7.0 and 7e0 are whole numbers of JSON too. */
    private static boolean isWhole(Field f, Tree tree, boolean number) {
        if (number && tree.text.length() < 32 && tree.text.matches(".*[.eE].*")) {
            BigDecimal exact = new BigDecimal(tree.text).stripTrailingZeros();
            if (exact.scale() <= 0 && exact.scale() > -32) {
                tree.text = exact.toBigInteger().toString();
            }
        }
        if (!tree.text.matches("0|-?[1-9][0-9]*")) {
            return false;
        }
        return f.big || tree.text.length() < 19 || new BigDecimal(tree.text).toBigInteger().bitLength() < 64;
    }

    /** Whether a field came as "", which its document lets stand for no value. */
    private static boolean cameBlank(List<Field> fields, Tree tree, String path) {
        String[] parts = path.split("/", 2);
        for (Field f : fields) {
            Tree found = f.name.equals(parts[0]) ? Json.member(f, tree) : null;
            if (found == null) {
                continue;
            }
            if (parts.length == 1) {
                return f.blank && Json.isBlank(f, found);
            }
            return (found.kind == Tree.Kind.ARRAY ? found.list : List.of(found)).stream().anyMatch(one -> cameBlank(f.fields, one, parts[1]));
        }
        return false;
    }

    /** Where the document has a field. */
    private static List<Integer> place(List<Field> fields, String path) {
        List<Integer> out = new ArrayList<>();
        List<Field> level = fields;
        for (String name : path.split("/")) {
            int n = level.stream().map(f -> f.name).toList().indexOf(name);
            level = n < 0 ? List.of() : level.get(n).fields;
            out.add(n);
        }
        return out;
    }

    private static int order(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!a.get(i).equals(b.get(i))) {
                return a.get(i) - b.get(i);
            }
        }
        return a.size() - b.size();
    }
}
