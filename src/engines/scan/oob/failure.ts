/**
 * - `unreachable`: nothing was asked of the server; what it recorded is still there.
 * - `refused`: it answered that it will not, such as for a wrong token; what it recorded is still there.
 * - `forgotten`: it does not know the session: it was started anew, or the session was idle for too long.
 * - `lost`: its answer was lost on the way or cannot be used; what it recorded until then may be gone with it.
 */
export type OobFailureKind = "unreachable" | "refused" | "forgotten" | "lost";

/** Why a call to an interactsh server came to nothing. The message is for a person and names the server. */
export class OobFailure extends Error {
  readonly kind: OobFailureKind;
  constructor(kind: OobFailureKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "OobFailure";
    this.kind = kind;
  }
}
