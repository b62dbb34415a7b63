import fc from "fast-check";

/** What an actor of the model does with a message. Numbers pick an actor, modulo those there are. */
export type Action =
  | { readonly do: "nothing" }
  | { readonly do: "crash" }
  | { readonly do: "tell"; readonly to: number; readonly times: number; readonly action: Action }
  | { readonly do: "ask"; readonly to: number; readonly action: Action; readonly timeoutMs: number }
  | { readonly do: "spawn" }
  | { readonly do: "stop-child"; readonly which: number }
  | { readonly do: "stop-self" }
  | { readonly do: "watch"; readonly target: number }
  | { readonly do: "unwatch"; readonly target: number }
  | { readonly do: "timer"; readonly delayMs: number }
  /** Async: goes on when the schedule opens the gate. */
  | { readonly do: "wait"; readonly action: Action };

/** What happens to the system from outside. */
export type Step =
  | { readonly step: "tell"; readonly to: number; readonly action: Action }
  | { readonly step: "kill"; readonly which: number }
  | { readonly step: "gate"; readonly which: number; readonly fails: boolean }
  | { readonly step: "advance"; readonly ms: number }
  | { readonly step: "run"; readonly turns: number };

const which = fc.nat(63);

const plain: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Action>({ do: "nothing" }) },
  { weight: 2, arbitrary: fc.constant<Action>({ do: "crash" }) },
  { weight: 4, arbitrary: fc.constant<Action>({ do: "spawn" }) },
  { weight: 1, arbitrary: which.map((child): Action => ({ do: "stop-child", which: child })) },
  { weight: 1, arbitrary: fc.constant<Action>({ do: "stop-self" }) },
  { weight: 3, arbitrary: which.map((target): Action => ({ do: "watch", target })) },
  { weight: 1, arbitrary: which.map((target): Action => ({ do: "unwatch", target })) },
  { weight: 2, arbitrary: fc.nat(200).map((delayMs): Action => ({ do: "timer", delayMs })) },
);

const sending = (action: fc.Arbitrary<Action>): fc.Arbitrary<Action> =>
  fc.oneof<fc.MaybeWeightedArbitrary<Action>[]>(
    { weight: 4, arbitrary: action },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("tell" as const),
        to: which,
        times: fc.integer({ min: 1, max: 6 }),
        action,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("ask" as const),
        to: which,
        action,
        timeoutMs: fc.integer({ min: 1, max: 300 }),
      }),
    },
  );

const waiting = (action: fc.Arbitrary<Action>): fc.Arbitrary<Action> =>
  fc.oneof(
    { weight: 4, arbitrary: action },
    { weight: 1, arbitrary: action.map((after): Action => ({ do: "wait", action: after })) },
  );

const action = waiting(sending(waiting(plain)));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ step: fc.constant("tell" as const), to: which, action }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("kill" as const), which }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("gate" as const), which, fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 4, arbitrary: fc.record({ step: fc.constant("run" as const), turns: fc.integer({ min: 1, max: 8 }) }) },
);

export interface Schedule {
  /** Decides what supervisors do, which `initial` and `stopped` fail, and with the seeded dispatcher who runs next. */
  readonly seed: number;
  readonly steps: readonly Step[];
}

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(2 ** 31),
  steps: fc.array(step, { minLength: 40, maxLength: 160, size: "max" }),
});
