import fc from "fast-check";

/** Steps that follow each other. */
export type Chain = readonly Block[];

/** What any step may have. */
interface Common {
  readonly delay: number | undefined;
  readonly timeout: number | undefined;
  /** Variable that the step declares anew, as a constant or not. */
  readonly shadow: { readonly place: number; readonly constant: boolean } | undefined;
  /** What `on_failure` leads to. */
  readonly handler: Chain | undefined;
}

/** How the commands of an action end. `one`: fails for the first target. */
export type Fate = "passes" | "fails" | "one" | "hangs";

/** One step of a playbook with all that is inside, before it has names. Variables are places in the list of those that it may use. */
export type Block = Common &
  (
    | {
        readonly type: "action";
        readonly command: "http-api" | "bash" | "manual";
        readonly commands: number;
        readonly targets: boolean;
        readonly fate: Fate;
        readonly reads: number;
        /** Variable that gets the answer; `number`: one of type integer, which few answers fit. */
        readonly writes: number | "number" | undefined;
      }
    | { readonly type: "parallel"; readonly branches: readonly Chain[] }
    | {
        readonly type: "if";
        readonly reads: number;
        readonly value: string;
        readonly isEqual: boolean;
        readonly yes: Chain;
        readonly no: Chain | undefined;
      }
    | { readonly type: "while"; readonly times: number; readonly isOwn: boolean; readonly body: Chain }
    | {
        readonly type: "switch";
        readonly reads: number;
        readonly cases: Readonly<Record<string, Chain>>;
      }
    | { readonly type: "call"; readonly takes: number; readonly gives: number | undefined; readonly called: Plan }
  );

/** A playbook. */
export interface Plan {
  readonly main: Chain;
  readonly exception: Chain | undefined;
}

const places = fc.nat(2);
export const letters = ["a", "b", "c"] as const;
const letter = fc.constantFrom(...letters);
/** In one of so many cases. */
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>, oneOf: number): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: oneOf - 1 }, { arbitrary, weight: 1 });

const fates = fc.oneof(
  { arbitrary: fc.constant<Fate>("passes"), weight: 9 },
  { arbitrary: fc.constantFrom<Fate>("fails", "one", "hangs"), weight: 2 },
);

/** Playbooks of all step types inside each other, with failures that are handled and that are not. */
export const plans: fc.Arbitrary<Plan> = fc.letrec<{ plan: Plan; chain: Chain; block: Block; handler: Chain }>(
  (tie) => {
    const common = {
      delay: maybe(fc.integer({ min: 1, max: 50_000 }), 5),
      timeout: maybe(fc.integer({ min: 1, max: 200_000 }), 4),
      shadow: maybe(fc.record({ place: places, constant: fc.boolean() }), 5),
      handler: maybe(tie("handler"), 3),
    };
    const block = <Own extends object>(own: { [Key in keyof Own]: fc.Arbitrary<Own[Key]> }) =>
      fc.record({ ...common, ...own }) as unknown as fc.Arbitrary<Own & Common>;
    const action = block<Extract<Block, { type: "action" }>>({
      ...common,
      type: fc.constant("action"),
      command: fc.constantFrom("http-api", "http-api", "bash", "manual"),
      commands: fc.integer({ min: 1, max: 2 }),
      targets: fc.boolean(),
      fate: fates,
      reads: places,
      writes: maybe(fc.oneof({ arbitrary: places, weight: 9 }, { arbitrary: fc.constant("number"), weight: 1 }), 2),
    });
    const parallel = block<Extract<Block, { type: "parallel" }>>({
      ...common,
      type: fc.constant("parallel"),
      branches: fc.array(tie("chain"), { minLength: 2, maxLength: 3 }),
    });
    const either = block<Extract<Block, { type: "if" }>>({
      ...common,
      type: fc.constant("if"),
      reads: places,
      value: letter,
      isEqual: fc.boolean(),
      yes: tie("chain"),
      no: maybe(tie("chain"), 2),
    });
    const loop = block<Extract<Block, { type: "while" }>>({
      ...common,
      type: fc.constant("while"),
      times: fc.nat(3),
      isOwn: fc.boolean(),
      body: tie("chain"),
    });
    const choice = block<Extract<Block, { type: "switch" }>>({
      ...common,
      type: fc.constant("switch"),
      reads: places,
      cases: fc.dictionary(fc.constantFrom(...letters, "default"), tie("chain"), { minKeys: 1, maxKeys: 3 }),
    });
    const call = block<Extract<Block, { type: "call" }>>({
      ...common,
      type: fc.constant("call"),
      takes: places,
      gives: maybe(places, 2),
      called: tie("plan"),
    });
    return {
      plan: fc.record({ main: tie("chain"), exception: maybe(tie("handler"), 2) }),
      chain: fc.array(tie("block"), { minLength: 1, maxLength: 3, size: "max" }),
      // Mostly short: what is behind failures is seldom executed.
      handler: fc.oneof({ depthIdentifier: "block", maxDepth: 2 }, fc.tuple(action), tie("chain")),
      block: fc.oneof({ maxDepth: 2, depthIdentifier: "block" }, action, parallel, either, loop, choice, call),
    };
  },
).plan;
