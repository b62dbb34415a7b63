const shape = /^<(0|[1-9]\d{0,2})>/;
const highest = 191;

/** What `<34>` at the start of a message says, and where the rest begins. */
export interface Priority {
  readonly facility: number;
  readonly severity: number;
  readonly end: number;
}

/** A message without one is of the user, a notice (RFC 3164, 4.3.3). */
const absent: Priority = { facility: 1, severity: 5, end: 0 };

export const parsePriority = (text: string): Priority => {
  const [whole, digits] = shape.exec(text) ?? [];
  const value = Number(digits);
  if (whole === undefined || value > highest) return absent;
  return { facility: value >> 3, severity: value & 7, end: whole.length };
};
