package jiekou;

/** What a handler is told beside the notification. The id is the same whenever it is sent; empty: the protocol has none. */
public record Delivery(String cmd, String id) {}
