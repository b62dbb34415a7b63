/**
 * `trusted`: valid, by a key that the owner of this system trusts. `valid`: its key is not among them. `invalid`: it does not fit, or its
 * key, its dates or the playbook that it names do not. `unverified`: nobody can say here; the reason does.
 */
export type SignatureState = "trusted" | "valid" | "invalid" | "unverified";

/** What is known about one signature of a playbook. */
export interface SignatureReport {
  /** As in the file, or `signatures[0]` when it has none. */
  readonly id: string;
  readonly signee: string;
  readonly algorithm: string;
  readonly state: SignatureState;
  /** Why it is so: one sentence for people. */
  readonly reason: string;
  /** Name of the trusted key that it is by. */
  readonly key: string | undefined;
  /** A signature over this one, which the standard lets stand inside it. */
  readonly countersignature: SignatureReport | undefined;
}
