package jiekou;

/**
 * An answer that nobody vouches for: the page of a proxy, an empty body, a refusal that no key proves, a reply
 * that is not of the document's types. The request may have been carried out.
 */
public final class UnreadableReplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String id;
    private final String code;
    private final String text;

    UnreadableReplyException(String cmd, int status, String id, String why, String code, String text) {
        super(cmd + ": no proper reply (HTTP " + status + "): " + why);
        this.status = status;
        this.id = id;
        this.code = code;
        this.text = text;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The message id. */
    public String id() {
        return id;
    }

    /** The code that it has, where it is a refusal that no key proves. */
    public String code() {
        return code;
    }

    /** The text of that refusal. */
    public String text() {
        return text;
    }
}
