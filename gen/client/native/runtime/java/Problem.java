package jiekou;

/** A rule that a value breaks. The code is the document's. */
public record Problem(String rule, String field, String code, String message) {
    @Override
    public String toString() {
        return field + " (" + rule + (code.isEmpty() ? "" : ", " + code + " " + message) + ")";
    }
}
