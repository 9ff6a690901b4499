package jiekou;

/** Knows which notifications were carried out. A table of your own outlives a restart. */
public interface Seen {
    /** Whether the notification with an id was carried out. */
    boolean has(String id);

    /** Notes that it was. */
    void add(String id);
}
