import type { Template } from "./text.ts";

/** Who executes a command, or on what it is executed. */
export interface AgentTarget {
  readonly id: string;
  /** Of the standard's vocabulary, `garrison`, or one of SOARCA's (`soarca`, `soarca-manual`). */
  readonly type: string;
  readonly name: string;
  readonly description: string | undefined;
  /** In the order of the file. Empty: it has none. */
  readonly addresses: readonly { readonly kind: AddressKind; readonly address: Template }[];
  readonly port: Template | undefined;
  /** Id of its authentication information. */
  readonly authentication: string | undefined;
}

export const addressKinds = ["dname", "ipv4", "ipv6", "l2mac", "vlan", "url"] as const;
export type AddressKind = (typeof addressKinds)[number];

/** How an agent shows who it is. What is secret stands in the file, in a variable, or is named (`kms`) and kept by the node. */
export type Authentication =
  | { readonly type: "http-basic"; readonly id: string; readonly user: Template; readonly password: SecretSource }
  | { readonly type: "oauth2"; readonly id: string; readonly header: Template; readonly token: SecretSource }
  | { readonly type: "user-auth"; readonly id: string; readonly user: Template; readonly password: SecretSource };

/** `secret`: the name of one of `respond.secrets` (the standard's `kms_key_identifier`). */
export type SecretSource =
  { readonly type: "secret"; readonly name: string } | { readonly type: "text"; readonly text: Template };
