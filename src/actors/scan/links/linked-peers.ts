import type { Remote } from "../../../cluster/index.ts";
import type { ScanHint } from "./hint.ts";
import { hintsPath, hintsProtocol } from "./hints-protocol.ts";
import type { ScanPeers } from "./scan-peers.ts";

/** The scan actors of the other nodes, over the links of this one. A node makes one. */
export class LinkedPeers implements ScanPeers {
  readonly #remote: Remote;
  readonly #self: string;

  /**
   * Lets the other nodes give hints to this one.
   * @param self id of this node
   */
  constructor(remote: Remote, self: string) {
    this.#remote = remote;
    this.#self = self;
    remote.export(hintsPath, hintsProtocol);
  }

  check(taskId: string): void {
    this.#tell(this.#self, { type: "check", taskId });
    this.#tellOthers({ type: "check", taskId });
  }

  work(taskId: string): void {
    this.#tellOthers({ type: "work", taskId, node: this.#self });
  }

  subtaskEnded(taskId: string, leader: string): void {
    this.#tell(leader, { type: "subtask-ended", taskId });
  }

  #tellOthers(hint: ScanHint): void {
    for (const { node } of this.#remote.peers()) this.#tell(node, hint);
  }

  /** By the path, not the actor: whoever is there has the hint. */
  #tell(node: string, hint: ScanHint): void {
    this.#remote.address(hintsProtocol, node, hintsPath).tell(hint);
  }
}
