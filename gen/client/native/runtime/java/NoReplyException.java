package jiekou;

import java.io.IOException;

/**
 * No reply came: a fault of the connection, or the end of the time. The request may have been carried out; with
 * the same id it is carried out once.
 */
public final class NoReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String id;

    NoReplyException(String cmd, String id, IOException why) {
        super(cmd + ": no reply: " + (why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage()), why);
        this.id = id;
    }

    /** The message id. */
    public String id() {
        return id;
    }
}
