/**
 * The one place where numbers, money, dates and durations become text.
 * A percent value is a fraction (0.1234 reads 12.34%); a duration is in the metric's unit, seconds when it has none.
 */

export type Locale = "zh-CN" | "en";
export type NumberFormat = "money" | "percent" | "count" | "number" | "duration";
/** `short` writes 万/亿 or K/M from 10,000 up; `axis` also drops decimals that say nothing; `full` writes every digit. */
export type Length = "short" | "axis" | "full";

export type NumberStyle = {
  locale: Locale;
  format: NumberFormat | null;
  unit?: string | null;
  currency?: string;
  length?: Length;
};

export const NO_VALUE = "—";
const SHORT_FROM = 10_000;

/** Compact notation with about four digits that count (39.96万, 1,284.6万); an axis needs one decimal at most. */
function compact(value: number, style: NumberStyle): Intl.NumberFormatOptions {
  const size = Math.abs(value);
  const unit =
    style.locale === "zh-CN" ? (size >= 1e8 ? 1e8 : 1e4) : 1000 ** Math.floor(Math.log10(size) / 3);
  const maximumFractionDigits = style.length === "axis" || size / unit >= 100 ? 1 : 2;
  return { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits, useGrouping: true };
}

const THIN_SPACE = "\u2009";

const formatters = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, options);
    formatters.set(key, found);
  }
  return found;
}

/** A metric value as text; null reads as a dash. */
export function formatValue(value: number | null | undefined, style: NumberStyle): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  switch (style.format) {
    case "money":
      return formatMoney(value, style);
    case "percent":
      return style.length === "axis"
        ? numberFormat(style.locale, { style: "percent", maximumFractionDigits: 2 }).format(value)
        : formatPercent(value, style.locale);
    case "duration":
      return formatDuration(value * secondsPer(style.unit), style.locale);
    case "count":
      return formatPlain(value, style, 0);
    default:
      return formatPlain(value, style, 2);
  }
}

/** The difference of two values of a metric: pp for percentages, the metric's own format otherwise. */
export function formatDifference(difference: number | null | undefined, style: NumberStyle): string {
  if (difference === null || difference === undefined || !Number.isFinite(difference)) return NO_VALUE;
  if (style.format === "percent") return formatPoints(difference, style.locale);
  const text = formatValue(Math.abs(difference), style);
  return signOf(difference) + text;
}

function signOf(value: number): string {
  if (value > 0) return "+";
  return value < 0 ? "−" : "";
}

function isShort(style: NumberStyle): boolean {
  return style.length === "short" || style.length === "axis";
}

function formatMoney(value: number, style: NumberStyle): string {
  const short = isShort(style) && Math.abs(value) >= SHORT_FROM;
  const parts: Intl.NumberFormatOptions = short
    ? compact(value, style)
    : { minimumFractionDigits: style.length === "axis" ? 0 : 2, maximumFractionDigits: 2 };
  if (!style.currency) return numberFormat(style.locale, parts).format(value);
  return numberFormat(style.locale, {
    ...parts,
    style: "currency",
    currency: style.currency,
    currencyDisplay: "narrowSymbol",
  }).format(value);
}

function formatPlain(value: number, style: NumberStyle, maximumFractionDigits: number): string {
  const short = isShort(style) && Math.abs(value) >= SHORT_FROM;
  const text = short
    ? numberFormat(style.locale, compact(value, style)).format(value)
    : numberFormat(style.locale, { maximumFractionDigits }).format(value);
  return style.unit && style.format === "number" ? `${text}${THIN_SPACE}${style.unit}` : text;
}

/** A fraction as a percentage with a fixed number of decimals, so that columns line up. */
export function formatPercent(fraction: number | null | undefined, locale: Locale, digits = 2): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return NO_VALUE;
  return numberFormat(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(fraction);
}

/** The size of a relative change with one decimal; arrow and words carry its sign. */
export function formatChange(fraction: number, locale: Locale): string {
  return formatPercent(Math.abs(fraction), locale, 1);
}

/** A difference of two fractions in percentage points, signed. */
export function formatPoints(difference: number, locale: Locale): string {
  const points = numberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${signOf(difference)}${points.format(Math.abs(difference) * 100)}${THIN_SPACE}pp`;
}

export function formatInteger(value: number | null | undefined, locale: Locale): string {
  return formatValue(value, { locale, format: "count" });
}

/** A score or weight: two decimals at most, as many as it has. */
export function formatScore(value: number | null | undefined, locale: Locale, digits = 2): string {
  if (value === null || value === undefined) return NO_VALUE;
  return numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function formatBytes(bytes: number, locale: Locale): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log(bytes) / Math.log(1000)) : 0);
  return numberFormat(locale, {
    style: "unit",
    unit: units[power],
    // In English the short byte is a word without a plural.
    unitDisplay: power === 0 && locale === "en" ? "long" : "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

function secondsPer(unit: string | null | undefined): number {
  switch (unit) {
    case "ms":
    case "milliseconds":
      return 0.001;
    case "min":
    case "minutes":
      return 60;
    case "h":
    case "hours":
      return 3600;
    case "d":
    case "days":
      return 86_400;
    default:
      return 1;
  }
}

/** Seconds in the two largest units that matter: 2 h 5 min, 3.4 s, 820 ms. */
export function formatDuration(seconds: number, locale: Locale): string {
  const unit = (value: number, name: string, digits = 0) =>
    numberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(value);
  const sign = seconds < 0 ? "−" : "";
  const total = Math.abs(seconds);
  if (total < 1) return sign + unit(Math.round(total * 1000), "millisecond");
  if (total < 60) return sign + unit(total, "second", 1);
  const pairs: [number, string, number, string][] = [
    [86_400, "day", 3600, "hour"],
    [3600, "hour", 60, "minute"],
    [60, "minute", 1, "second"],
  ];
  const [big, bigName, small, smallName] = pairs.find(([size]) => total >= size) ?? [
    60,
    "minute",
    1,
    "second",
  ];
  // In the smaller unit first, so that what rounds up to a whole larger one is carried.
  const parts = Math.round(total / small);
  const count = Math.floor(parts / (big / small));
  const rest = parts - count * (big / small);
  return sign + unit(count, bigName) + (rest > 0 ? ` ${unit(rest, smallName)}` : "");
}

/**
 * A day or timestamp without seconds: `2025-12-31`, `2025-12-31 23:58`. Business times are written as they are;
 * a time with an offset (when somebody did something) is told in the clock of this browser.
 */
export function formatInstant(text: string | null | undefined): string {
  if (!text) return NO_VALUE;
  if (/T.*(Z|[+-]\d\d:?\d\d)$/.test(text)) return localInstant(new Date(text));
  const [day = "", clock] = text.split(/[T ]/);
  return clock ? `${day} ${clock.slice(0, 5)}` : day;
}

/**
 * From and until: days as they are; a window of whole days that ends before a midnight is told by its last day.
 */
export function formatSpan(span: { start: string; end: string }): string {
  const midnight = /T00:00(:00)?$/;
  if (!midnight.test(span.start) || !midnight.test(span.end)) {
    return `${formatInstant(span.start)} – ${formatInstant(span.end)}`;
  }
  const last = new Date(`${span.end.slice(0, 10)}T00:00:00Z`);
  last.setUTCDate(last.getUTCDate() - 1);
  return `${span.start.slice(0, 10)} – ${last.toISOString().slice(0, 10)}`;
}

function localInstant(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A point of the time axis by its grain: 2025, 2025-Q2, 2025-05, 2025-W18 (04-28), 2025-05-T1 (旬), 2025-05-03. */
export function formatPeriod(text: string | null | undefined, grain: string | null): string {
  if (!text) return NO_VALUE;
  const day = text.slice(0, 10);
  const year = day.slice(0, 4);
  const month = Number(day.slice(5, 7));
  switch (grain) {
    case "year":
      return year;
    case "quarter":
      return `${year}-Q${Math.floor((month - 1) / 3) + 1}`;
    case "half_year":
      return `${year}-H${month > 6 ? 2 : 1}`;
    case "month":
    case "fiscal_month":
      return day.slice(0, 7);
    case "ten_day":
      return `${day.slice(0, 7)}-T${Math.min(3, Math.floor((Number(day.slice(8)) - 1) / 10) + 1)}`;
    case "week":
      return `${isoWeek(day)} (${day.slice(5)})`;
    case "day":
      return day;
    default:
      return formatInstant(text);
  }
}

/** ISO 8601 week of a day: `2025-W18`. */
function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
  const firstThursday = new Date(Date.UTC(thursday.getUTCFullYear(), 0, 4));
  const week = 1 + Math.round((thursday.getTime() - firstThursday.getTime()) / 604_800_000 - 0.0001);
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}
