import { retryLimits } from "../ports.ts";
import { end, place } from "./item-state.ts";
import type { Item } from "./rows.ts";
import type { Unit } from "./unit.ts";

/** The handler failed: the item goes back, or dies at the limit. */
export const countFailure = (unit: Unit, item: Item): void => {
  item.failures += 1;
  if (item.failures < retryLimits.failures) place(unit, item);
  else die(unit, item, "failures");
};

/** The holder is gone: the item goes back, or dies at the limit, before it runs again. */
export const countLoss = (unit: Unit, item: Item): void => {
  item.losses += 1;
  if (item.losses < retryLimits.losses) place(unit, item);
  else die(unit, item, "losses");
};

const die = (unit: Unit, item: Item, limit: "failures" | "losses"): void => {
  end(unit, item, "dead");
  item.limit = limit;
  unit.putItem(item);
};
