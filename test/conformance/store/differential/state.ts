import { names } from "./operations.ts";
import type { Model } from "./play.ts";

/** Everything that can be asked of a space, page by page. */
export const stateOf = async (model: Model, space: string): Promise<unknown> => {
  const queues = await Promise.all(names.queues.map((queue) => queueOf(model, space, queue)));
  const groups = await Promise.all(names.groups.map(async (group) => model.ask(space, "group", { group })));
  const record = await Promise.all(names.records.map(async (key) => model.ask(space, "record", { key })));
  const first = await model.ask(space, "records", { prefix: "k", limit: 1, cursor: undefined });
  const next = await model.ask(space, "records", { prefix: "", limit: 2, cursor: first.rows[0]?.key });
  const byKey = await model.ask(space, "recordsByKey", { keys: [...names.records, "none", ...names.records] });
  const leases = await model.ask(space, "leases", { names: names.leases });
  const revision = await model.ask(space, "revision", undefined);
  return { queues, groups, record, byKey, first, next, leases, revision };
};

const queueOf = async (model: Model, space: string, queue: string): Promise<unknown> => {
  const counts = await model.ask(space, "counts", { queue });
  const items = await Promise.all(names.ids.map(async (id) => model.ask(space, "item", { queue, id })));
  const first = await model.ask(space, "deadLetters", { queue, limit: 1, cursor: undefined });
  const cursor = first.rows[0]?.cursor;
  const next = cursor === undefined ? undefined : await model.ask(space, "deadLetters", { queue, limit: 3, cursor });
  return { counts, items, first, next };
};
