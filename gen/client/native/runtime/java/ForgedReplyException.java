package jiekou;

/** A reply is not the server's, or was changed on its way. The request may have been carried out. */
public final class ForgedReplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String id;

    ForgedReplyException(String cmd, int status, String id, Throwable why) {
        super(cmd + ": the reply cannot be trusted (HTTP " + status + "), it was changed or the keys are not the server's: " + why.getMessage(), why);
        this.status = status;
        this.id = id;
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
