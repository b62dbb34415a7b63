import { isFraction, layoutParts, months, weekdays } from "./time-layout.ts";

const padded = (value: number, width = 2, fill = "0"): string => String(value).padStart(width, fill);

const offsetText = (date: Date, field: string): string => {
  const east = -date.getTimezoneOffset();
  if (field.startsWith("Z") && east === 0) return "Z";
  const parts = [padded(Math.floor(Math.abs(east) / 60)), padded(Math.abs(east) % 60), "00"];
  const form = field.slice(3);
  const count = form === "" ? 1 : form.replaceAll(":", "").length / 2 + 1;
  return (east < 0 ? "-" : "+") + parts.slice(0, count).join(form.startsWith(":") ? ":" : "");
};

const zoneName = (date: Date): string => {
  if (date.getTimezoneOffset() === 0) return "UTC";
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
};

const dayOfYear = (date: Date): number => {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day - Date.UTC(date.getFullYear(), 0, 0)) / 86_400_000);
};

const fraction = (date: Date, field: string): string => {
  const digits = (padded(date.getMilliseconds(), 3) + "000000")
    .slice(0, field.length - 1)
    .padEnd(field.length - 1, "0");
  if (field.charAt(1) === "0") return field.charAt(0) + digits;
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : field.charAt(0) + kept;
};

const fields: Readonly<Record<string, (date: Date) => string>> = {
  January: (date) => months[date.getMonth()] ?? "",
  Jan: (date) => (months[date.getMonth()] ?? "").slice(0, 3),
  Monday: (date) => weekdays[date.getDay()] ?? "",
  Mon: (date) => (weekdays[date.getDay()] ?? "").slice(0, 3),
  MST: zoneName,
  "2006": (date) => padded(date.getFullYear(), 4),
  "06": (date) => padded(date.getFullYear() % 100),
  "1": (date) => String(date.getMonth() + 1),
  "01": (date) => padded(date.getMonth() + 1),
  "2": (date) => String(date.getDate()),
  _2: (date) => padded(date.getDate(), 2, " "),
  "02": (date) => padded(date.getDate()),
  "002": (date) => padded(dayOfYear(date), 3),
  __2: (date) => padded(dayOfYear(date), 3, " "),
  "15": (date) => padded(date.getHours()),
  "3": (date) => String(date.getHours() % 12 || 12),
  "03": (date) => padded(date.getHours() % 12 || 12),
  "4": (date) => String(date.getMinutes()),
  "04": (date) => padded(date.getMinutes()),
  "5": (date) => String(date.getSeconds()),
  "05": (date) => padded(date.getSeconds()),
  PM: (date) => (date.getHours() >= 12 ? "PM" : "AM"),
  pm: (date) => (date.getHours() >= 12 ? "pm" : "am"),
};

/** A time in the zone of the machine by a layout of Go's `time` package. */
export const formatTime = (date: Date, layout: string): string =>
  layoutParts(layout)
    .map(({ literal, field }) => {
      if (field === "") return literal;
      if (isFraction(field)) return literal + fraction(date, field);
      return literal + (fields[field]?.(date) ?? offsetText(date, field));
    })
    .join("");
