const moment = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/**
 * A moment as RFC 3339 and RFC 5424 write it, with its zone: `2026-05-01T12:00:00.250+02:00`. A leap second counts as the first moment of
 * the next minute.
 *
 * @returns milliseconds since 1970, fractions cut off; undefined where the text is no moment since then
 */
export const parseTime = (text: string): number | undefined => {
  const parts = moment.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const [fraction = "", sign, zoneHours = "0", zoneMinutes = "0"] = parts.slice(7);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60 || Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const millis = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, millis) - zoneMs;
  return ms >= 0 ? ms : undefined;
};
