import { asError } from "../../../src/base/errors.ts";
import type { Enter } from "../event-loop.ts";
import type { World } from "../world.ts";
import { isFaulty } from "./is-faulty.ts";

/** Who answers a call now. */
export interface Callee<Answer> {
  /** Lets something happen in its process. */
  readonly enter: Enter;
  readonly answer: () => Promise<Answer>;
}

export interface CallSetup {
  readonly world: World;
  readonly label: string;
  readonly timeoutMs: number;
  /** Lets something happen in the process of the caller. */
  readonly enter: Enter;
  /** What the caller gets when nobody answers in time. */
  readonly overdue: () => Error;
}

/** How calls of detection go wrong. */
export const callFaults = [
  "detection call unsent",
  "detection call unanswered",
  "detection call repeated",
  "detection call late",
] as const;

const faultChance = 0.08;
const longestDelayMs = 5_000;

/** A call from process to process: it and its answer travel through the world, get lost, come late or twice. */
export const simulatedCall = <Answer>(
  { world, label, timeoutMs, enter, overdue }: CallSetup,
  callee: () => Callee<Answer> | undefined,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const fault = fateOf(world);
    let isSettled = false;
    const settle = (end: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      deadline.cancel();
      end();
    };
    const deadline = world.after(timeoutMs, () => enter(() => settle(() => reject(overdue()))));
    const answer = (end: () => void): void => {
      if (fault === "detection call unanswered") return;
      world.later(`answer ${label}`, () => enter(() => settle(end)));
    };
    const arrive = (): void => {
      const called = callee();
      called?.enter(() => {
        called.answer().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(asError(error))),
        );
      });
    };
    const send = (): void => world.later(`call ${label}`, arrive);
    if (fault === "detection call late") world.after(world.random.below(longestDelayMs), send);
    else if (fault !== "detection call unsent") send();
    if (fault === "detection call repeated") world.after(world.random.below(longestDelayMs), send);
  });

const fateOf = (world: World): (typeof callFaults)[number] | undefined => {
  if (!isFaulty(world) || !world.chance(faultChance)) return undefined;
  const fault = callFaults[world.random.below(callFaults.length)];
  if (fault !== undefined) world.count(`fault: ${fault}`);
  return fault;
};
