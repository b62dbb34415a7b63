/** Every other seed: a cluster that answers events as well as it scans takes half as many steps again. */
export const answersEvents = (seed: number): boolean => seed % 2 === 0;

/** The seeds of clusters that make verdicts as well as they scan, which takes three times as many steps. */
export const verdictSeeds = { first: 5, every: 6 } as const;

export const makesVerdicts = (seed: number): boolean => seed % verdictSeeds.every === verdictSeeds.first;
