package jiekou;

/** A message is not what the protocol says. */
class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** It is no such message at all. */
    transient boolean foreign;
    /** The code or rule that refuses it. */
    transient String refusal;
    /** The field that is missing or breaks a rule. */
    transient String field = "";
    /** The notification, as far as it was read. */
    transient Message taken;

    ProtocolException(String why) {
        super(why);
    }

    static ProtocolException form(String what) {
        return new ProtocolException(what + " has another form");
    }
}
