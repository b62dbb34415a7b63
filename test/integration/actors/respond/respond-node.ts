import {
  Events,
  respondProps,
  RespondHints,
  Runs,
  type Quiesced,
  type RespondEvent,
  type RespondMessage,
  type RespondSettings,
} from "../../../../src/actors/respond/index.ts";
import type { Address } from "../../../../src/kernel/index.ts";
import type { SecurityEvent } from "../../../../src/engines/events/index.ts";
import type { Binding, Catalog, Choice, PlaybookVersion } from "../../../../src/engines/playbook/index.ts";
import { playbookVersionOf } from "../../../../src/engines/playbook/playbook.ts";
import { StoreError, type Space } from "../../../../src/store/index.ts";
import {
  createMemoryDatabase,
  openMemoryStore,
  type Carry,
  type MemoryDatabase,
} from "../../../../src/store/memory/index.ts";
import type { TestKernel } from "../../../support/kernel.ts";
import { ScriptedRunner } from "./scripted-runner.ts";

export const settings: RespondSettings = { leaseMs: 9_000, retainMs: 7 * 24 * 3_600_000, causeDepth: 8 };

export const eventOf = (id: string, facts: Partial<Omit<SecurityEvent, "id">> = {}): SecurityEvent => ({
  ...{ id, source: "fw1", kind: "network-attack", data: { host: id } },
  ...facts,
});

export const playbookOf = (id: string, code = `export const name = "${id}";`): PlaybookVersion => ({
  ...{ id, version: playbookVersionOf("module", code), kind: "module", code },
});

export const bindingOf = (id: string, run: readonly string[], facts: Partial<Binding> = {}): Binding => ({
  ...{ id, title: undefined, run, priority: 100, dedup: undefined, rate: undefined, variables: {} },
  ...facts,
});

/** A catalog whose bindings are for every event that `when` says; by default those with the binding's id as their kind. */
export const catalogOf = (
  bindings: readonly Binding[],
  when: (binding: Binding, event: SecurityEvent) => boolean = (binding, event) => event.kind === binding.id,
): Catalog => {
  const playbooks = new Map(bindings.flatMap(({ run }) => run).map((id) => [id, playbookOf(id)]));
  return {
    ...{ version: "c".repeat(64), playbooks, bindings, problems: [] },
    choose: (event) =>
      bindings
        .filter((binding) => when(binding, event))
        .flatMap((binding) =>
          binding.run.map((id): Choice => ({
            ...{ binding, playbook: playbooks.get(id) ?? playbookOf(id), because: "it says so", variables: {} },
            dedupKey: binding.dedup?.by.map((field) => JSON.stringify(event.data[field])).join("/"),
          })),
        ),
  };
};

export interface RespondNodeOptions {
  readonly settings?: Partial<RespondSettings>;
  readonly processes?: number;
  readonly catalog?: Catalog;
  readonly mostWaiting?: number;
  /** Of a node before it, or beside it. */
  readonly database?: MemoryDatabase;
  readonly name?: string;
}

/** The respond actors of one node on a memory store, with time that the test moves and playbooks that the test plays. */
export class RespondNode {
  readonly database: MemoryDatabase;
  readonly runner: ScriptedRunner;
  readonly notified: RespondEvent[] = [];
  /** The same store as seen from outside: it always answers. */
  readonly space: Space;
  readonly events: Events;
  readonly runs: Runs;
  readonly respond: Address<RespondMessage>;
  /** What becomes of the actors' calls: `down` calls do not arrive, the answers of `mute` ones get lost. */
  store: "up" | "down" | "mute" = "up";

  constructor(kernel: TestKernel, options: RespondNodeOptions = {}) {
    const { processes = 4, mostWaiting = 1_000, name = "n1" } = options;
    const catalog = options.catalog ?? catalogOf([bindingOf("network-attack", ["block"])]);
    this.database = options.database ?? createMemoryDatabase({ clock: kernel.clock });
    this.space = openMemoryStore(this.database).space("respond");
    this.runner = new ScriptedRunner(processes);
    const unanswered = (): StoreError => new StoreError("deadline", "no answer", { retryable: true });
    const carry: Carry = async (run) => {
      if (this.store === "down") throw unanswered();
      const output = await Promise.resolve(run());
      if (this.store === "mute") throw unanswered();
      return output;
    };
    const hints = new RespondHints();
    const source = { current: () => catalog };
    const all = { ...settings, ...options.settings };
    const facade = { space: this.space, clock: kernel.clock, catalog: source, retainMs: all.retainMs, hints };
    this.events = new Events({ ...facade, mostWaiting });
    this.runs = new Runs(facade);
    this.respond = kernel.system.spawn(
      respondProps({
        space: openMemoryStore(this.database, carry).space("respond"),
        ...{ catalog: source, runner: this.runner, settings: all, owner: name, node: name, hints },
        notify: (event) => this.notified.push(event),
      }),
      name === "n1" ? "respond" : `respond-${name}`,
    );
  }

  /** Asks for an ordered end: resolves when the node holds no run. */
  quiesce(timeoutMs = 10_000): Promise<Quiesced> {
    return this.respond.ask<Quiesced>((replyTo) => ({ type: "quiesce", replyTo }), timeoutMs);
  }

  /** Notified events of one type. */
  told<Type extends RespondEvent["type"]>(type: Type): readonly Extract<RespondEvent, { readonly type: Type }>[] {
    return this.notified.filter(
      (event): event is Extract<RespondEvent, { readonly type: Type }> => event.type === type,
    );
  }
}
