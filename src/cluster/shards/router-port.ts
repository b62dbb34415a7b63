import { asError } from "../../base/errors.ts";
import type { ActorSystem, Address } from "../../kernel/index.ts";
import type { NodeRef } from "../links/index.ts";
import type { Remote, RemoteProtocol } from "../remote/index.ts";
import type { OwnedKind } from "../ownership/index.ts";
import type { Arrival } from "./inbox.ts";
import type { Parcel } from "./lane.ts";
import type { Route } from "./route.ts";
import { controls, routedProtocol, type RouterMessage } from "./routed-protocol.ts";

/** The path of what stands for a kind on each node. */
export const routerPath = (kind: Pick<OwnedKind, "name">): string => `/shards/${kind.name}`;

const nothing = {};
/** Why an attempt is aborted; read by nobody. Without it each abort would make an error with its stack. */
const over = "over";

/** What one node says to the routers of a kind on others. */
export class RouterPort {
  readonly protocol: RemoteProtocol<RouterMessage>;
  readonly #remote: Remote;
  readonly #system: ActorSystem;
  readonly #path: string;
  /** By node: as many as have ever been members. */
  readonly #known = new Map<string, { readonly incarnation: string; readonly address: Address<RouterMessage> }>();

  constructor(
    kind: Pick<OwnedKind, "name" | "shards">,
    protocol: RemoteProtocol<never>,
    remote: Remote,
    system: ActorSystem,
  ) {
    this.protocol = routedProtocol(protocol, kind.shards);
    this.#path = routerPath(kind);
    this.#remote = remote;
    this.#system = system;
  }

  /** @returns as `Address.tell` */
  send(to: NodeRef, route: Route, parcel: Parcel): boolean {
    const address = this.#address(to);
    const { message, ask, trace } = parcel;
    const type = typeOf(message);
    if (ask === undefined) return this.#traced(trace, () => address.tell({ type, route, message }));
    const leftMs = ask.remainingMs();
    if (leftMs <= 0) return false;
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort(over);
    ask.whenClosed(giveUp);
    parcel.giveUp = giveUp;
    const asked = this.#traced(trace, () =>
      address.ask<unknown>((replyTo) => ({ type, route, message, replyTo }), leftMs, attempt.signal),
    );
    asked.then(
      (reply) => void ask.tell(reply),
      (thrown: unknown) => {
        // One that came back goes on along another way.
        if (!attempt.signal.aborted) ask.fail(asError(thrown));
      },
    );
    return true;
  }

  barrier(to: NodeRef, route: Route): void {
    this.#address(to).tell({ type: controls.barrier, route, message: nothing });
  }

  passed(route: Route): void {
    this.#address(route.origin).tell({ type: controls.passed, route, message: nothing });
  }

  /** Sends what arrived back to where it came from. */
  giveBack({ message = nothing, replyTo }: Arrival, route: Route): boolean {
    const type = replyTo === undefined ? typeOf(message) : controls.returnedAsk;
    return this.#address(route.origin).tell({ type, route, message });
  }

  #address(to: NodeRef): Address<RouterMessage> {
    const known = this.#known.get(to.node);
    if (known?.incarnation === to.incarnation) return known.address;
    const ref = { node: to.node, nodeIncarnation: to.incarnation, path: this.#path, incarnation: 0 };
    const address = this.#remote.addressOf(this.protocol, ref);
    this.#known.set(to.node, { incarnation: to.incarnation, address });
    return address;
  }

  #traced<Result>(trace: Parcel["trace"], send: () => Result): Result {
    const { tracing } = this.#system;
    return tracing.enabled ? tracing.run(trace, send) : send();
  }
}

/** Every message of a protocol has one. */
const typeOf = (message: object): string => (message as { readonly type: string }).type;
