package jiekou;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/** A form that messages of the protocol have, and what it is made of. */
final class Form {
    String carriage = "";
    Node body;
    Node query;
    String type = "";
    List<Success> success = List.of();
    List<Status> status = List.of();
    boolean empty;
    boolean proves;
    boolean refuses;
    List<String> outcomes = List.of();

    Form carriage(String carriage) {
        this.carriage = carriage;
        return this;
    }

    Form body(Node body) {
        this.body = body;
        return this;
    }

    Form query(Node query) {
        this.query = query;
        return this;
    }

    Form type(String type) {
        this.type = type;
        return this;
    }

    Form success(Success... success) {
        this.success = List.of(success);
        return this;
    }

    Form status(Status... status) {
        this.status = List.of(status);
        return this;
    }

    Form empty() {
        empty = true;
        return this;
    }

    Form proves() {
        proves = true;
        return this;
    }

    Form refuses() {
        refuses = true;
        return this;
    }

    Form outcomes(String... outcomes) {
        this.outcomes = List.of(outcomes);
        return this;
    }

    /** A place of a message, or what has places in it. */
    static final class Node {
        String name = "";
        Function<Values, String> fill;
        String label; // of a name that the message gives
        String like;
        String local;
        String at = "";
        boolean optional;
        boolean rest;
        boolean cdata;
        boolean payload;
        boolean nil;
        boolean whole;
        boolean opaque;
        boolean array;
        String holder = "";
        String said = ""; // as a refusal has it
        List<Node> children = List.of();

        Node name(String name) {
            this.name = name;
            return this;
        }

        Node fill(Function<Values, String> fill) {
            this.fill = fill;
            return this;
        }

        Node label(String label) {
            this.label = label;
            return this;
        }

        Node like(String like) {
            this.like = like;
            return this;
        }

        Node local(String local) {
            this.local = local;
            return this;
        }

        Node said(String said) {
            this.said = said;
            return this;
        }

        Node at(String at) {
            this.at = at;
            return this;
        }

        Node optional() {
            optional = true;
            return this;
        }

        Node rest() {
            rest = true;
            return this;
        }

        Node cdata() {
            cdata = true;
            return this;
        }

        Node payload() {
            payload = true;
            return this;
        }

        Node nil() {
            nil = true;
            return this;
        }

        Node whole() {
            whole = true;
            return this;
        }

        Node opaque() {
            opaque = true;
            return this;
        }

        Node array() {
            array = true;
            return this;
        }

        Node holder(String holder) {
            this.holder = holder;
            return this;
        }

        Node children(Node... children) {
            this.children = List.of(children);
            return this;
        }

        boolean isLeaf() {
            return !at.isEmpty();
        }
    }

    /** What a value holds where a request was carried out. */
    record Success(String at, List<String> texts, boolean builtin) {}

    /** Which HTTP statuses an outcome has. */
    record Status(String code, List<Integer> codes, int all) {
        boolean takes(int status) {
            return codes.contains(status) || all != 0 && all == status / 100;
        }
    }

    /** A text in a template, or a value in it. */
    static final class Hole {
        String text;
        String at = "";
        Function<Values, String> make;
        BiFunction<String, Values, String> undo;
        boolean json;
        boolean fold;
        ToIntFunction<String> takes;
        int behind = -1;

        static Hole text(String text) {
            Hole out = new Hole();
            out.text = text;
            return out;
        }

        static Hole hole(String at) {
            Hole out = new Hole();
            out.at = at;
            return out;
        }

        Hole make(Function<Values, String> make) {
            this.make = make;
            return this;
        }

        Hole undo(BiFunction<String, Values, String> undo) {
            this.undo = undo;
            return this;
        }

        Hole json() {
            json = true;
            return this;
        }

        Hole fold() {
            fold = true;
            return this;
        }

        Hole takes(ToIntFunction<String> takes) {
            this.takes = takes;
            return this;
        }

        Hole behind(int behind) {
            this.behind = behind;
            return this;
        }

        boolean isText() {
            return text != null;
        }
    }

    static List<Hole> holes(Hole... holes) {
        return List.of(holes);
    }

    /** Makes a pair of a name, a text, and the text as it stood. */
    interface Pair {
        String of(String name, String value, String raw);
    }

    /** Where a selection takes pairs from. */
    static final class Source {
        String of = "";
        String name = "";
        String text = "";
        String holder = "";
        List<String> path = List.of();
        List<String> exclude = List.of();
        List<String> names = List.of();

        Source of(String of) {
            this.of = of;
            return this;
        }

        Source name(String name) {
            this.name = name;
            return this;
        }

        Source text(String text) {
            this.text = text;
            return this;
        }

        Source holder(String holder) {
            this.holder = holder;
            return this;
        }

        Source path(String... path) {
            this.path = List.of(path);
            return this;
        }

        Source exclude(String... exclude) {
            this.exclude = List.of(exclude);
            return this;
        }

        Source names(String... names) {
            this.names = List.of(names);
            return this;
        }
    }

    /** Pairs that are selected, sorted and joined. */
    static final class Selection {
        List<Source> from = List.of();
        String sort = "";
        String join = "";
        Pair pair = (name, value, raw) -> name + "=" + value;
        String only;
        String split = "";
        List<String> skip = List.of();
        List<String> must = List.of();
        boolean empty;
        boolean fixed;

        Selection from(Source... from) {
            this.from = List.of(from);
            return this;
        }

        Selection sort(String sort) {
            this.sort = sort;
            return this;
        }

        Selection join(String join) {
            this.join = join;
            return this;
        }

        Selection pair(Pair pair) {
            this.pair = pair;
            return this;
        }

        Selection only(String only) {
            this.only = only;
            return this;
        }

        Selection split(String split) {
            this.split = split;
            return this;
        }

        Selection skip(String... skip) {
            this.skip = List.of(skip);
            return this;
        }

        Selection must(String... must) {
            this.must = List.of(must);
            return this;
        }

        Selection empty() {
            empty = true;
            return this;
        }

        /** The names are the protocol's own: one that is not there is left out. */
        Selection fixed() {
            fixed = true;
            return this;
        }
    }

    /** A text that an answer has, and whether JSON has it without quotes. */
    record Text(String text, boolean json) {}

    /** What a value of an answer holds by outcome. */
    record Fixed(String at, List<Text> texts, boolean builtin) {}

    /** Which HTTP status a code of an answer has. */
    record AnswerStatus(String code, int status) {}

    /** A form of answers to notifications. */
    static final class Answer {
        final Function<Message, Boolean> when;
        final UnaryOperator<Message> write;
        List<String> outcomes = List.of();
        List<String> codes = List.of();
        boolean seals;
        List<Fixed> success = List.of();
        List<Fixed> failure = List.of();
        List<AnswerStatus> status = List.of();

        Answer(Function<Message, Boolean> when, UnaryOperator<Message> write) {
            this.when = when;
            this.write = write;
        }

        Answer outcomes(String... outcomes) {
            this.outcomes = List.of(outcomes);
            return this;
        }

        Answer codes(String... codes) {
            this.codes = List.of(codes);
            return this;
        }

        Answer seals() {
            seals = true;
            return this;
        }

        Answer success(Fixed... success) {
            this.success = List.of(success);
            return this;
        }

        Answer failure(Fixed... failure) {
            this.failure = List.of(failure);
            return this;
        }

        Answer status(AnswerStatus... status) {
            this.status = List.of(status);
            return this;
        }
    }

    /** Reads or judges a message. */
    interface Act {
        void on(Message m);
    }

    /** A form of notifications. */
    static final class Arrival {
        final Function<Message, Boolean> when;
        final Act read;
        final Act guard;
        final Function<Message, Boolean> later;
        List<String> bound = List.of();
        boolean asks;
        String named = "";
        Answer echo;

        Arrival(Function<Message, Boolean> when, Act read, Act guard, Function<Message, Boolean> later) {
            this.when = when;
            this.read = read;
            this.guard = guard;
            this.later = later;
        }

        Arrival bound(String... bound) {
            this.bound = List.of(bound);
            return this;
        }

        Arrival asks() {
            asks = true;
            return this;
        }

        Arrival named(String named) {
            this.named = named;
            return this;
        }

        Arrival echo(Answer echo) {
            this.echo = echo;
            return this;
        }
    }

    static List<String> list(String... texts) {
        return new ArrayList<>(Arrays.asList(texts));
    }
}
