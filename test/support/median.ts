/** The middle of what was measured; the upper one of two. Of nothing: not a number. */
export const median = (samples: readonly number[]): number =>
  samples.toSorted((one, other) => one - other)[Math.floor(samples.length / 2)] ?? Number.NaN;
