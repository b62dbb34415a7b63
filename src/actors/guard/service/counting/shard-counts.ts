/** What a shard has counted and stored since it was taken over. */
export interface ShardCounts {
  passed: number;
  intercepted: number;
  late: number;
  uncounted: number;
  repeatedParts: number;
  crossings: number;
}

export const noCounts = (): ShardCounts => ({
  passed: 0,
  intercepted: 0,
  late: 0,
  uncounted: 0,
  repeatedParts: 0,
  crossings: 0,
});

export const addCounts = (to: ShardCounts, more: ShardCounts): void => {
  to.passed += more.passed;
  to.intercepted += more.intercepted;
  to.late += more.late;
  to.uncounted += more.uncounted;
  to.repeatedParts += more.repeatedParts;
  to.crossings += more.crossings;
};
