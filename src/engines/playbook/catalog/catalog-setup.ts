import type { Clock } from "../../../base/clock.ts";
import type { TrustedKey } from "../cacao/signature/verify-signatures.ts";
import type { FieldNames, Placeholders } from "../../sigma/index.ts";
import type { Catalog } from "./catalog.ts";

/** Where a catalog writes what it did. A pino logger fits. */
export interface CatalogLog {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
}

/** Which signatures CACAO playbooks need. One that is invalid always refuses its playbook. */
export interface SignaturePolicy {
  /** Only playbooks with a signature by one of `trusted` are used. */
  readonly required: boolean;
  readonly trusted: readonly TrustedKey[];
}

export interface CatalogSetup {
  /** Folders of playbooks. */
  readonly playbooks: readonly string[];
  /** Folders of bindings and of Sigma rules. */
  readonly rules: readonly string[];
  /** Where else the value of a field may stand; by default what the mapping tables say of ECS, OCSF, CEF and Windows. */
  readonly fieldNames?: FieldNames;
  /** Values for the modifier `expand`. */
  readonly placeholders?: Placeholders;
  /** By default none is required and no key is trusted. */
  readonly signatures?: SignaturePolicy;
  readonly clock: Clock;
  readonly log?: CatalogLog;
  /** Told of each catalog but the first that differs from the one before, also in its problems. */
  readonly onChange?: (catalog: Catalog) => void;
}
