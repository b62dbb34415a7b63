/** What actions may ask for by name. */
export interface PlaybookSecret {
  readonly value: string;
  /** Ids of the playbooks that get it; absent: all. */
  readonly playbooks?: readonly string[];
}

/** Secrets by name. */
export type PlaybookSecrets = Readonly<Record<string, PlaybookSecret>>;

/** Values by name of the secrets that a playbook gets. */
export const secretsOf = (secrets: PlaybookSecrets, playbook: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(secrets)
      .filter(([, { playbooks }]) => playbooks?.includes(playbook) ?? true)
      .map(([name, { value }]) => [name, value]),
  );
