const units = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A length of time for people, in the largest unit that it is a whole number of: `90s`, `5m`, `1500ms`. */
export const durationText = (ms: number): string => {
  const [unit, length] = units.find(([, length]) => ms >= length && ms % length === 0) ?? ["ms", 1];
  return `${ms / length}${unit}`;
};
