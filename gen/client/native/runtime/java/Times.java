package jiekou;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times of messages, in the zone of the system. */
public final class Times {
    /** The zone of times that name none. */
    public static final ZoneId ZONE = ZoneId.of(Codes.ZONE);

    private static final Pattern TIME =
            Pattern.compile("(\\d{4})\\D?(\\d\\d)\\D?(\\d\\d)(?:\\D?(\\d\\d)\\D?(\\d\\d)(?:\\D?(\\d\\d))?(?:\\.(\\d{1,9}))?)?(Z|[+-]\\d\\d:\\d\\d)?");

    private Times() {}

    /** Writes a moment in the system's zone, in the form that a field's comment says, such as yyyy-MM-dd HH:mm:ss. */
    public static String text(ZonedDateTime moment, String form) {
        String pattern = form.replace("'", "''").replace("T", "'T'").replace("XXX", "xxx");
        return moment.withZoneSameInstant(ZONE).format(DateTimeFormatter.ofPattern(pattern));
    }

    /**
     * Reads a time of a message; one without an offset is in the system's zone. A time that the zone's clocks skipped is a
     * DateTimeException, but for a midnight: its day begins after that.
     */
    public static OffsetDateTime of(String text) {
        Matcher m = TIME.matcher(text.trim());
        if (!m.matches()) {
            throw new DateTimeException("no time: " + text);
        }
        int[] n = new int[7];
        for (int i = 1; i <= 6; i++) {
            n[i] = m.group(i) == null ? 0 : Integer.parseInt(m.group(i));
        }
        String fraction = m.group(7) == null ? "" : m.group(7);
        int nanos = Integer.parseInt(fraction + "0".repeat(9 - fraction.length()));
        LocalDateTime local = LocalDateTime.of(n[1], n[2], n[3], n[4], n[5], n[6], nanos);
        if (m.group(8) != null) {
            return local.atOffset(ZoneOffset.of(m.group(8)));
        }
        OffsetDateTime moment = local.atZone(ZONE).toOffsetDateTime();
        LocalDateTime shown = moment.toLocalDateTime();
        boolean midnight = local.equals(local.toLocalDate().atStartOfDay());
        if (midnight ? !shown.toLocalDate().equals(local.toLocalDate()) : !shown.equals(local)) {
            throw new DateTimeException("no time in " + ZONE + ": " + text);
        }
        return moment;
    }
}
