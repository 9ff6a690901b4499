package jiekou;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times between the steps of a protocol: the decimal number of their nanoseconds since 1970. */
final class Clocks {
    private static final List<String> MONTHS = List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final Map<String, String> PARTS =
            Map.of("yyyy", "\\d{4}", "SSS", "\\d{3}", "SSSSSS", "\\d{6}", "SSSSSSSSS", "\\d{9}", "d", "\\d{1,2}", "Mon", "[A-Z][a-z]{2}", "Jan", "[A-Z][a-z]{2}", "Z", "[+-]\\d{4}", "ZZ", "Z|[+-]\\d{2}:\\d{2}");

    private Clocks() {}

    static long readTime(String x) {
        if (!x.matches("-?[0-9]{1,19}")) {
            throw Texts.form("the time");
        }
        try {
            return Long.parseLong(x);
        } catch (NumberFormatException e) {
            throw Texts.form("the time");
        }
    }

    static String epoch(String x, long unit) {
        return String.valueOf(readTime(x) / unit);
    }

    static String unepoch(String x, long unit) {
        if (!x.matches("[0-9]{1,16}") || Long.parseLong(x) > (1L << 62) / unit) {
            throw Texts.form("the time");
        }
        return String.valueOf(Long.parseLong(x) * unit);
    }

    static String later(String x, long nanoseconds) {
        return String.valueOf(readTime(x) + nanoseconds);
    }

    static String sooner(String x, long nanoseconds) {
        return later(x, -nanoseconds);
    }

    private static String two(int n) {
        return String.format("%02d", n);
    }

    /** Writes a time by the first of some layouts, whose literals begin with '. */
    static String formatTime(String x, String[][] layouts, int minutes) {
        OffsetDateTime d = Instant.ofEpochSecond(0, readTime(x)).atOffset(ZoneOffset.ofTotalSeconds(minutes * 60));
        String hours = (minutes < 0 ? "-" : "+") + two(Math.abs(minutes) / 60);
        Map<String, String> words = new HashMap<>();
        words.put("yyyy", String.format("%04d", d.getYear()));
        words.put("yy", two(d.getYear() % 100));
        words.put("MM", two(d.getMonthValue()));
        words.put("dd", two(d.getDayOfMonth()));
        words.put("d", String.valueOf(d.getDayOfMonth()));
        words.put("HH", two(d.getHour()));
        words.put("hh", two((d.getHour() + 11) % 12 + 1));
        words.put("mm", two(d.getMinute()));
        words.put("ss", two(d.getSecond()));
        for (String fraction : List.of("SSS", "SSSSSS", "SSSSSSSSS")) {
            words.put(fraction, String.format("%09d", d.getNano()).substring(0, fraction.length()));
        }
        words.put("Mon", DAYS.get(d.getDayOfWeek().getValue() - 1));
        words.put("Jan", MONTHS.get(d.getMonthValue() - 1));
        words.put("Z", hours + two(Math.abs(minutes) % 60));
        words.put("ZZ", minutes == 0 ? "Z" : hours + ":" + two(Math.abs(minutes) % 60));
        StringBuilder out = new StringBuilder();
        for (String word : layouts[0]) {
            out.append(word.startsWith("'") ? word.substring(1) : words.get(word));
        }
        return Texts.utf8(out.toString());
    }

    /** Reads a time in the first of some layouts that fits. */
    static String anyTime(String x, String[][] layouts, int minutes) {
        for (String[] layout : layouts) {
            try {
                return parseTime(Texts.string(x), layout, minutes);
            } catch (ProtocolException | DateTimeException e) {
                continue;
            }
        }
        throw Texts.form("the time");
    }

    private static String parseTime(String x, String[] layout, int minutes) {
        StringBuilder pattern = new StringBuilder();
        for (String word : layout) {
            pattern.append(word.startsWith("'") ? Pattern.quote(word.substring(1)) : "(" + PARTS.getOrDefault(word, "\\d{2}") + ")");
        }
        Matcher found = Pattern.compile(pattern.toString()).matcher(x);
        if (!found.matches()) {
            throw Texts.form("the time");
        }
        Map<String, Integer> got = new HashMap<>(Map.of("yyyy", 1970, "MM", 1, "dd", 1, "HH", 0, "mm", 0, "ss", 0, "nano", 0));
        int zone = minutes;
        int group = 0;
        for (String word : layout) {
            if (word.startsWith("'")) {
                continue;
            }
            String text = found.group(++group);
            switch (word) {
                case "Mon" -> {}
                case "Jan" -> got.put("MM", MONTHS.indexOf(text) + 1);
                case "SSS", "SSSSSS", "SSSSSSSSS" -> got.put("nano", Integer.parseInt((text + "000000").substring(0, 9)));
                case "Z", "ZZ" -> zone = readZone(text);
                case "yy" -> got.put("yyyy", Integer.parseInt(text) + (Integer.parseInt(text) < 69 ? 2000 : 1900));
                case "d" -> got.put("dd", Integer.parseInt(text));
                case "hh" -> got.put("HH", Integer.parseInt(text));
                default -> got.put(word, Integer.parseInt(text));
            }
        }
        OffsetDateTime d = OffsetDateTime.of(
                got.get("yyyy"), got.get("MM"), got.get("dd"), got.get("HH"), got.get("mm"), got.get("ss"), got.get("nano"), ZoneOffset.ofTotalSeconds(zone * 60));
        return String.valueOf(d.toEpochSecond() * 1_000_000_000L + d.getNano());
    }

    private static int readZone(String text) {
        if (text.equals("Z")) {
            return 0;
        }
        int m = Integer.parseInt(text.substring(1, 3)) * 60 + Integer.parseInt(text.substring(text.length() - 2));
        return text.startsWith("-") ? -m : m;
    }
}
