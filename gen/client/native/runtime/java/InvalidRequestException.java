package jiekou;

import java.util.List;

/** A request breaks rules of the document. It was not sent. */
public final class InvalidRequestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    InvalidRequestException(String cmd, List<Problem> problems) {
        super(cmd + " was not sent: " + String.join("; ", problems.stream().map(Problem::toString).toList()));
        this.problems = problems;
    }

    /** What is wrong, field by field. */
    public List<Problem> problems() {
        return problems;
    }
}
