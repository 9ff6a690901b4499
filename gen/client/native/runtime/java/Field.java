package jiekou;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a field is, and which rules its value must satisfy. */
final class Field {
    final String name;
    final String kind; // text, whole, fraction, truth, time, seconds, list, scalars, record or raw
    String place = ""; // path, query, header, cookie, form or multipart; empty: the body
    String sent = ""; // its name in the query, a header or a cookie; empty: its own
    List<String> alias = List.of();
    boolean asText; // it travels as a text
    boolean numeric; // a text whose digits may come as a number
    boolean big; // a BigInteger
    boolean required;
    boolean blank; // required and possibly ""
    boolean nullable; // what is not there is sent as null
    String byDefault;
    int length;
    int minLength;
    String lengthIn = ""; // what lengths count: characters, or bytes, or gbk
    int digits; // of a fraction, in front of the point, that the server reads
    int whole = -1; // digits in front of the point
    int places = -1; // digits behind the point
    boolean rounded; // further digits behind the point are rounded
    int minItems;
    int maxItems;
    String keys = ""; // pattern of the names in a map
    String min;
    String max;
    List<String> listed = List.of(); // of numbers also >0, 1..5
    String bits = ""; // it is a sum of what is listed
    List<Match> casesIf = List.of(); // when it is one of other lists
    List<String> casesListed = List.of(); // with a line for each value
    String separator = "";
    String startsWith = ""; // the field whose text is in front
    String pattern = "";
    String shape = ""; // a further pattern, and the rule that says it
    String shapeRule = "";
    List<Match> formatIf = List.of();
    List<Match> requiredIf = List.of();
    List<Match> requiredUnless = List.of();
    List<String> requiredWith = List.of();
    List<String> requiredWithout = List.of();
    List<String> requiredWithoutAll = List.of();
    List<Match> presentIf = List.of();
    List<Match> absentIf = List.of();
    List<String> absentWith = List.of();
    List<Field> fields = List.of();
    Function<Map<String, Object>, ? extends Model> make;
    Field member; // of a list or a map of scalars

    /** A condition on the value of a field beside. */
    record Match(String name, List<String> values, String order) {}

    private Field(String name, String kind) {
        this.name = name;
        this.kind = kind;
    }

    static Field field(String name, String kind) {
        return new Field(name, kind);
    }

    static Match match(String name, List<String> values, String order) {
        return new Match(name, values, order);
    }

    Field sent(String sent) {
        this.sent = sent;
        return this;
    }

    /** Its name outside the body. */
    String outer() {
        return sent.isEmpty() ? name : sent;
    }

    Field numeric() {
        numeric = true;
        return this;
    }

    Field place(String place) {
        this.place = place;
        return this;
    }

    Field alias(String... alias) {
        this.alias = List.of(alias);
        return this;
    }

    Field asText() {
        asText = true;
        return this;
    }

    Field big() {
        big = true;
        return this;
    }

    Field required() {
        required = true;
        return this;
    }

    Field blank() {
        blank = true;
        return this;
    }

    Field nullable() {
        nullable = true;
        return this;
    }

    Field byDefault(String byDefault) {
        this.byDefault = byDefault;
        return this;
    }

    Field length(int length) {
        this.length = length;
        return this;
    }

    Field minLength(int minLength) {
        this.minLength = minLength;
        return this;
    }

    Field lengthIn(String lengthIn) {
        this.lengthIn = lengthIn;
        return this;
    }

    Field whole(int whole) {
        this.whole = whole;
        return this;
    }

    Field places(int places) {
        this.places = places;
        return this;
    }

    Field minItems(int minItems) {
        this.minItems = minItems;
        return this;
    }

    Field maxItems(int maxItems) {
        this.maxItems = maxItems;
        return this;
    }

    Field keys(String keys) {
        this.keys = keys;
        return this;
    }

    Field min(String min) {
        this.min = min;
        return this;
    }

    Field max(String max) {
        this.max = max;
        return this;
    }

    Field listed(String... listed) {
        this.listed = List.of(listed);
        return this;
    }

    Field separator(String separator) {
        this.separator = separator;
        return this;
    }

    Field digits(int digits) {
        this.digits = digits;
        return this;
    }

    Field bits(String bits) {
        this.bits = bits;
        return this;
    }

    Field startsWith(String startsWith) {
        this.startsWith = startsWith;
        return this;
    }

    Field shape(String shape) {
        this.shape = shape;
        return this;
    }

    Field shapeRule(String shapeRule) {
        this.shapeRule = shapeRule;
        return this;
    }

    Field rounded() {
        rounded = true;
        return this;
    }

    Field casesIf(Match... matches) {
        casesIf = List.of(matches);
        return this;
    }

    Field casesListed(String... lists) {
        casesListed = List.of(lists);
        return this;
    }

    Field formatIf(Match... matches) {
        formatIf = List.of(matches);
        return this;
    }

    Field pattern(String pattern) {
        this.pattern = pattern;
        return this;
    }

    Field requiredIf(Match... matches) {
        requiredIf = List.of(matches);
        return this;
    }

    Field requiredUnless(Match... matches) {
        requiredUnless = List.of(matches);
        return this;
    }

    Field requiredWith(String... names) {
        requiredWith = List.of(names);
        return this;
    }

    Field requiredWithout(String... names) {
        requiredWithout = List.of(names);
        return this;
    }

    Field requiredWithoutAll(String... names) {
        requiredWithoutAll = List.of(names);
        return this;
    }

    Field presentIf(Match... matches) {
        presentIf = List.of(matches);
        return this;
    }

    Field absentIf(Match... matches) {
        absentIf = List.of(matches);
        return this;
    }

    Field absentWith(String... names) {
        absentWith = List.of(names);
        return this;
    }

    Field of(List<Field> inner, Function<Map<String, Object>, ? extends Model> maker) {
        fields = inner;
        make = maker;
        return this;
    }

    Field member(Field member) {
        this.member = member;
        return this;
    }
}
