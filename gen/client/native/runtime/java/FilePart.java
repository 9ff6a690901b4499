package jiekou;

/** A file beside the fields: the name of its part, its bytes, its own name and its media type. */
public record FilePart(String name, byte[] body, String file, String type) {
    /** A file of no special type. */
    public FilePart(String name, byte[] body, String file) {
        this(name, body, file, "application/octet-stream");
    }
}
