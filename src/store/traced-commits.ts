import { inSpan } from "../base/in-span.ts";
import type { Tracing } from "../base/tracing.ts";
import type { Space, Store } from "./ports.ts";

const tracedSpace = (space: Space, tracing: Tracing): Space => ({
  name: space.name,
  queue: space.queue,
  groups: space.groups,
  records: space.records,
  leases: space.leases,
  limits: space.limits,
  revision: () => space.revision(),
  changed: (seen, timeoutMs) => space.changed(seen, timeoutMs),
  commit: (guard, changes) => {
    if (tracing.current() === undefined) return space.commit(guard, changes);
    const attributes = { "garrison.space": space.name, "garrison.changes": changes.length };
    return inSpan(tracing, tracing.span("store commit", "client", attributes), () => space.commit(guard, changes));
  },
});

/** The same store, with a span for each commit that is made within a trace. With tracing that is off it is the store itself. */
export const tracedCommits = (store: Store, tracing: Tracing): Store => {
  if (!tracing.enabled) return store;
  const spaces = new Map<string, Space>();
  return {
    space: (name) => {
      const known = spaces.get(name);
      if (known !== undefined) return known;
      const traced = tracedSpace(store.space(name), tracing);
      spaces.set(name, traced);
      return traced;
    },
    close: () => store.close(),
  };
};
