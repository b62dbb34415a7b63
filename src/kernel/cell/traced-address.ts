import type { Tracing } from "../../base/tracing.ts";
import { Envelope } from "../mail/envelope.ts";
import type { ActorCell } from "./actor-cell.ts";
import { LocalAddress } from "./local-address.ts";

/** The address of an actor of a node that is traced: what is told within a trace is handled within it. */
class TracedAddress<in Message> extends LocalAddress<Message> {
  readonly #cell: ActorCell;
  readonly #tracing: Tracing;

  constructor(cell: ActorCell) {
    super(cell);
    this.#cell = cell;
    this.#tracing = cell.services.tracing;
  }

  override tell(message: Message): boolean {
    const trace = this.#tracing.current();
    return this.#cell.deliver(trace === undefined ? message : new Envelope(message, trace));
  }
}

/** The address of an actor of this node. One that is not traced pays nothing for the others. */
export const addressOf = (cell: ActorCell): LocalAddress<unknown> =>
  cell.services.tracing.enabled ? new TracedAddress(cell) : new LocalAddress(cell);
