package jiekou;

import java.util.Map;

/** An object of a message. */
abstract class Model {
    /** The values that are there, by the names of the document. */
    abstract Map<String, Object> values();

    @Override
    public String toString() {
        return getClass().getSimpleName() + values();
    }
}
