import type { Metadata } from "@grpc/grpc-js";
import type { CallOrigin } from "../access/judge-call.ts";

/**
 * Who makes each call that was let in. It is kept by the metadata object, which grpc-js hands from the guard to the handler as it is: what
 * a peer writes into the metadata cannot pass for it.
 */
export class CallOrigins {
  readonly #origins = new WeakMap<Metadata, CallOrigin>();

  note(metadata: Metadata, origin: CallOrigin): void {
    this.#origins.set(metadata, origin);
  }

  /** @throws Error for a call that no guard has let in */
  of(metadata: Metadata): CallOrigin {
    const origin = this.#origins.get(metadata);
    if (origin === undefined) throw new Error("a call came past the guard");
    return origin;
  }
}
