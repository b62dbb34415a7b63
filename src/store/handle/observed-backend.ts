import type { Clock } from "../../base/clock.ts";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import type { CommandName } from "../model/commands.ts";
import type { QueryName } from "../model/queries.ts";
import type { Backend } from "./backend.ts";

/** Told of each call of a store that has ended: what was called, `ok` or why it failed, and how long it took in milliseconds. Must not throw. */
export type StoreObserver = (call: CommandName | QueryName, outcome: "ok" | StoreErrorCode, ms: number) => void;

/** The same backend, with every call told to the observer. Waits for changes are none: they take as long as nothing happens. */
export const observedBackend = (backend: Backend, observe: StoreObserver): Backend => {
  const { clock } = backend;
  return {
    clock,
    execute: (space, name, input) => observed(name, backend.execute(space, name, input), clock, observe),
    ask: (space, name, input) => observed(name, backend.ask(space, name, input), clock, observe),
    changed: (space, seen, timeoutMs) => backend.changed(space, seen, timeoutMs),
    toHolderMs: (storeMs) => backend.toHolderMs(storeMs),
  };
};

const observed = async <Output>(
  name: CommandName | QueryName,
  call: Promise<Output>,
  clock: Clock,
  observe: StoreObserver,
): Promise<Output> => {
  const startedMs = clock.monotonicMs();
  try {
    const output = await call;
    observe(name, "ok", clock.monotonicMs() - startedMs);
    return output;
  } catch (error) {
    observe(name, error instanceof StoreError ? error.code : "internal", clock.monotonicMs() - startedMs);
    throw error;
  }
};
