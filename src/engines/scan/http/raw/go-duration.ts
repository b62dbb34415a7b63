const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const whole = /^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/;
const part = /(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g;

/** Milliseconds of a duration as Go writes it, such as `1m30s`; undefined when it is none. */
export const goDurationMs = (text: string): number | undefined => {
  if (text.length > 100 || !whole.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit = ""] of text.matchAll(part)) ms += Number(amount) * (unitMs[unit] ?? 0);
  return ms;
};
