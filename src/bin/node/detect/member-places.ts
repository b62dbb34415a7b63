import type { CentreNode } from "../../../client/index.ts";
import type { TableView } from "../../../cluster/index.ts";

/** Where the nodes of the cluster are, as this node has last heard of it. */
export class MemberPlaces {
  readonly #self: string;
  #members: TableView["members"] = [];

  /** @param self id of this node */
  constructor(self: string) {
    this.#self = self;
  }

  tableChanged({ members }: TableView): void {
    this.#members = members;
  }

  /** Where a node that is up serves calls, HOST:PORT. */
  readonly addressOf = (node: string): string | undefined => this.#up.find(({ id }) => id === node)?.address;

  /** Nodes of the detection centre that are up; this one, if it is one of them, is the first. */
  readonly centres = (): Promise<readonly CentreNode[]> => {
    const centres = this.#up.filter(({ roles }) => roles.includes("centre"));
    return Promise.resolve([
      ...centres.filter(({ id }) => id === this.#self),
      ...centres.filter(({ id }) => id !== this.#self),
    ]);
  };

  get #up(): TableView["members"] {
    return this.#members.filter(({ state }) => state === "up" || state === "draining");
  }
}
