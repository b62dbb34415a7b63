import type { GroupOrder } from "../model/groups.ts";
import type { Groups, GroupView } from "../ports.ts";
import type { Backend } from "./backend.ts";
import { checkName } from "./checks.ts";

export class GroupsHandle implements Groups {
  readonly #backend: Backend;
  readonly #space: string;

  constructor(backend: Backend, space: string) {
    this.#backend = backend;
    this.#space = space;
  }

  async get(group: string): Promise<GroupView | undefined> {
    return this.#backend.ask(this.#space, "group", { group: checkName("group", group) });
  }

  hold(group: string): Promise<void> {
    return this.#order(group, "hold");
  }

  resume(group: string): Promise<void> {
    return this.#order(group, "resume");
  }

  cancel(group: string): Promise<void> {
    return this.#order(group, "cancel");
  }

  /** The order holds with the first command; the members follow in bounded steps, so that no commit is long. */
  async #order(group: string, order: GroupOrder): Promise<void> {
    await this.#backend.execute(this.#space, "orderGroup", { group: checkName("group", group), order });
    while (!(await this.#backend.execute(this.#space, "sweepGroup", { group })));
  }
}
