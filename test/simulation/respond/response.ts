import { Events, RespondHints, respondSpace, Runs } from "../../../src/actors/respond/index.ts";
import type { Violation } from "../../support/invariants/index.ts";
import type { Enter } from "../event-loop.ts";
import type { SimulatedStore } from "../simulated-store.ts";
import { openSimulatedStore } from "../store-handle.ts";
import type { World } from "../world.ts";
import { checkResponse } from "./checks/check-response.ts";
import { EventSender } from "./event-sender.ts";
import { finalResponse, isOver } from "./final-response.ts";
import type { ResponsePlan } from "./plan.ts";
import { Responder } from "./responder.ts";
import { countResponse } from "./response-branches.ts";
import { mostWaiting, respondSettings } from "./settings.ts";
import { SimulatedRunner } from "./simulated-runner.ts";
import { Site } from "./site.ts";

/** What the respond actors of one node have of the outside. */
interface NodeSide {
  readonly hints: RespondHints;
  readonly runner: SimulatedRunner;
}

export interface NodeSideSetup {
  /** Node and incarnation. */
  readonly node: string;
  readonly enter: Enter;
  /** When the node last stood still: see `SiteFact`. */
  readonly frozenUntilMs: () => number;
}

const doors = ["reporter0", "reporter1"] as const;

/** Everything around the respond actors of all nodes: who reports, what playbooks do and to whom, who is asked. */
export class Response {
  readonly plan: ResponsePlan;
  readonly #world: World;
  readonly #store: SimulatedStore;
  readonly #site: Site;
  readonly #nodes = new Map<string, NodeSide & { readonly enter: Enter }>();
  readonly #sender: EventSender;
  readonly #responder: Responder;
  /** Since when nothing goes wrong any more. */
  #healedAtMs = Number.POSITIVE_INFINITY;

  constructor(world: World, store: SimulatedStore, plan: ResponsePlan) {
    this.plan = plan;
    this.#world = world;
    this.#store = store;
    this.#site = new Site(world);
    const catalog = { current: () => plan.catalog };
    const outside = (name: string) => {
      const space = openSimulatedStore(world, store, name, (run) => run()).space(respondSpace);
      return { space, clock: world.clock, catalog, retainMs: respondSettings.retainMs, hints: this.#hints() };
    };
    const reporters = doors.map((name) => new Events({ ...outside(name), mostWaiting }));
    this.#sender = new EventSender(world, reporters, plan.events);
    this.#responder = new Responder({
      ...{ world, site: this.#site, runs: new Runs(outside("responder")) },
      look: () => finalResponse(store.database),
      isOver: (now) => this.#sender.done && isOver(now, this.#sender.acknowledged),
    });
  }

  /** What the respond actors of a node that has joined work with. */
  join({ node, enter, frozenUntilMs }: NodeSideSetup): NodeSide {
    const runner = new SimulatedRunner({
      ...{ world: this.#world, plan: this.plan, site: this.#site },
      ...{ node, enter, frozenUntilMs },
    });
    const side = { hints: new RespondHints(), runner };
    this.#nodes.set(node, { ...side, enter });
    return side;
  }

  /** Its processes end with it. */
  died(node: string): void {
    void this.#nodes.get(node)?.runner.close();
    this.#nodes.delete(node);
  }

  heal(): void {
    this.#healedAtMs = this.#world.clock.monotonicMs();
  }

  async ended(): Promise<boolean> {
    if (!this.#sender.done || !this.#responder.done) return false;
    return isOver(await finalResponse(this.#store.database), this.#sender.acknowledged);
  }

  /** Judges everything that was recorded. */
  async check(): Promise<readonly Violation[]> {
    const record = {
      ...{ plan: this.plan, history: this.#store.history, facts: this.#site.facts, turnedAway: this.#site.turnedAway },
      ...{ acknowledged: this.#sender.acknowledged, healedAtMs: this.#healedAtMs, given: this.#responder.given },
      wallOffsetMs: this.#world.clock.wallMs() - this.#world.clock.monotonicMs(),
      final: await finalResponse(this.#store.database),
    };
    countResponse(record, (branch) => this.#world.count(`branch: ${branch}`));
    return checkResponse(record);
  }

  /** Whoever asks from outside reaches some node: that one knows at once. */
  #hints(): RespondHints {
    const hints = new RespondHints();
    hints.listen((hint) => {
      const nodes = [...this.#nodes.values()];
      const node = nodes[this.#world.random.below(Math.max(1, nodes.length))];
      node?.enter(() => node.hints.tell(hint));
    });
    return hints;
  }
}
