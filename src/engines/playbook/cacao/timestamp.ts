/** RFC 3339 in UTC, as CACAO (10.17) and STIX have it. */
export const timestampShape =
  /^(\d{4})-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?Z$/;

interface Instant {
  /** Whole seconds since 1970. */
  readonly seconds: number;
  /** Digits of the fraction without zeros at their end. */
  readonly fraction: string;
}

const instantOf = (written: string): Instant | undefined => {
  const [, year, month, day, hour, minute, second = "", fraction = ""] = timestampShape.exec(written) ?? [];
  const isLeap = second === "60";
  if (isLeap && `${hour ?? ""}${minute ?? ""}` !== "2359") return undefined;
  const text = `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${isLeap ? "59" : second}Z`;
  const ms = Date.parse(text);
  // A day that a month does not have is counted on into the next one.
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(day)) return undefined;
  return { seconds: ms / 1_000 + (isLeap ? 1 : 0), fraction: fraction.replace(/0+$/, "") };
};

/**
 * Milliseconds since 1970 of an RFC 3339 timestamp in UTC, with what is under a millisecond as a fraction; undefined: there is no such
 * time. A leap second is the first one of the next day.
 */
export const timestampMs = (written: string): number | undefined => {
  const instant = instantOf(written);
  return instant && instant.seconds * 1_000 + Number(`0.${instant.fraction}0`) * 1_000;
};

/** Which of two timestamps is later, to the last digit: negative, 0 or positive. What is no timestamp comes first. */
export const compareTimestamps = (a: string, b: string): number => {
  const [one, other] = [instantOf(a), instantOf(b)];
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  if (one.seconds !== other.seconds) return one.seconds - other.seconds;
  return one.fraction === other.fraction ? 0 : one.fraction < other.fraction ? -1 : 1;
};
