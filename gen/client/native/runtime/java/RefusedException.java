package jiekou;

/** The server refused a request, with a code of the document. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String text;
    private final int status;
    private final String id;

    RefusedException(String cmd, String code, String text, int status, String id) {
        super(cmd + " was refused: " + ((code + text).isBlank() ? "HTTP " + status : (code + " " + text).trim() + " (HTTP " + status + ")"));
        this.code = code;
        this.text = text;
        this.status = status;
        this.id = id;
    }

    /** The document's code. */
    public String code() {
        return code;
    }

    /** What the server says of it. */
    public String text() {
        return text;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The message id. */
    public String id() {
        return id;
    }
}
