/** Runs the measurements in turn, one warm-up round and `rounds` that count, and gives the samples of each. */
export const inTurn = async <Name extends string>(
  measurements: Readonly<Record<Name, () => number | Promise<number>>>,
  rounds = 5,
): Promise<Record<Name, number[]>> => {
  const samples = {} as Record<Name, number[]>;
  const names = Object.keys(measurements) as Name[];
  for (const name of names) samples[name] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const sample = await measurements[name]();
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
};

/** Millions of `count` per second since `startMs` (of `performance.now()`). */
export const millionsPerSecond = (count: number, startMs: number): number =>
  count / (performance.now() - startMs) / 1_000;
