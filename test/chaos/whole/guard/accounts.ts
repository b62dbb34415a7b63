/** Accesses that the rule permits within its window, which is longer than a run. */
export const threshold = 100;
/** Front ends over which the accesses of each account are spread. */
export const frontEnds = 4;

/** What is known of the accesses of one account. */
export interface Account {
  readonly name: string;
  /** It is to exceed the threshold, by what all front ends have seen of it. */
  readonly offends: boolean;
  /** Accesses that outlived whoever recorded them, and those that may have. */
  recorded: number;
  possible: number;
}

/** Each front end by itself sees a quarter of what is permitted. An account that does not offend may be looked at once more by each. */
export const accessesEach = (offends: boolean): number => threshold / frontEnds + (offends ? 1 : -1);

/** Every second one offends. */
export const accountOf = (at: number): Account => ({
  name: `account-${at}`,
  offends: at % 2 === 0,
  recorded: 0,
  possible: 0,
});

/** What became of all accounts, by what the run has recorded itself. */
export interface JudgedAccounts {
  /** Accounts that exceeded the threshold, and those of them that not every front end denies. */
  readonly offenders: number;
  readonly missed: readonly string[];
  /** Accounts that cannot have exceeded it, and those of them that some front end denies or the service says it does. */
  readonly innocent: number;
  readonly blockedFalsely: readonly string[];
}

/**
 * @param listed accounts that the service says are intercepted
 * @param deniedBy accounts that each front end denies
 */
export const judgeAccounts = (
  accounts: readonly Account[],
  listed: ReadonlySet<string>,
  deniedBy: readonly ReadonlySet<string>[],
): JudgedAccounts => {
  const offenders = accounts.filter(({ recorded }) => recorded > threshold);
  const innocent = accounts.filter(({ possible }) => possible <= threshold);
  return {
    offenders: offenders.length,
    missed: offenders.filter(({ name }) => !deniedBy.every((denied) => denied.has(name))).map(({ name }) => name),
    innocent: innocent.length,
    blockedFalsely: innocent
      .filter(({ name }) => listed.has(name) || deniedBy.some((denied) => denied.has(name)))
      .map(({ name }) => name),
  };
};
