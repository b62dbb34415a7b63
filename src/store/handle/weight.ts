import type { PreparedChange } from "../model/commit.ts";
import type { PreparedItem } from "../model/rows.ts";
import { bounds } from "../ports.ts";
import { invalid } from "./checks.ts";

/** What a row takes beside its text: key, numbers, names. */
const overhead = 300;

export const weightOfItem = (item: PreparedItem): number => overhead + item.body.length;

export const weightOfChange = (change: PreparedChange): number => {
  switch (change.type) {
    case "add":
      return weightOfItem(change.item);
    case "finish":
      return overhead + (change.result?.length ?? 0);
    case "checkpoint":
      return overhead + change.data.length;
    case "put":
      return overhead + change.value.length;
    case "seal":
      return overhead + (change.onComplete === undefined ? 0 : weightOfItem(change.onComplete.item));
    case "release":
    case "delete":
      return overhead;
  }
};

/** The characters that a call carries, about; refused above the bound. */
export const checkWeight = (weights: readonly number[]): void => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum > bounds.callBytes) throw invalid(`the call carries ${sum} bytes: at most ${bounds.callBytes}, split it`);
};
