/** A value, or a promise of it where something has to wait. Most never do, and then nothing costs a turn. */
export type Soon<Result> = Result | Promise<Result>;

/** Goes on with a value, at once where it is there. */
export const whenThere = <Given, Result>(given: Soon<Given>, next: (given: Given) => Soon<Result>): Soon<Result> =>
  given instanceof Promise ? given.then(next) : next(given);

/** Works on the items one after the other as long as `step` gives true. */
export const inTurn = <Item>(items: readonly Item[], step: (item: Item) => Soon<boolean>, from = 0): Soon<void> => {
  for (let at = from; at < items.length; at += 1) {
    const goesOn = step(items[at] as Item);
    if (goesOn instanceof Promise) return goesOn.then((further) => (further ? inTurn(items, step, at + 1) : undefined));
    if (!goesOn) return;
  }
};
