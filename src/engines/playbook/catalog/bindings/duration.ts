const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const shape = /^(\d{1,9})(ms|s|m|h|d)$/;

const isUnit = (text: string | undefined): text is keyof typeof unitMs => text !== undefined && text in unitMs;

/** Milliseconds of a duration as people write it: `90s`, `10m`, `2h`. Undefined: it is none. */
export const durationMs = (text: string): number | undefined => {
  const [, amount, unit] = shape.exec(text) ?? [];
  return isUnit(unit) ? Number(amount) * unitMs[unit] : undefined;
};
