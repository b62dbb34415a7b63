import type { CacaoSettings } from "../protocol/messages.ts";

/** What a node says about all CACAO playbooks. */
export interface CacaoLimits {
  /** Commands by ssh may be executed. */
  readonly ssh: boolean;
  /** Of a manual command whose step has no timeout. */
  readonly manualTimeoutMs: number;
  /** Lines of OpenSSH's known_hosts: the only machines on which commands are executed by ssh. */
  readonly knownHosts: readonly string[];
  /** Certificates in PEM of authorities that servers of HTTP are trusted by, beside those of Node. */
  readonly authorities: readonly string[];
  /** What deviates from what a command's type says about its repetition. Of several that apply the last one counts. */
  readonly repeats: readonly CommandRepeat[];
}

/** Whether commands may be repeated when nobody knows whether they had their effect. */
export interface CommandRepeat {
  /** Id of the playbook. */
  readonly playbook: string;
  /** Id of the step; absent: all of its steps that are not named. */
  readonly step?: string | undefined;
  readonly repeat: boolean;
}

/** What the process of a run gets of that. */
export const cacaoSettingsOf = (
  { ssh, manualTimeoutMs, knownHosts, authorities, repeats }: CacaoLimits,
  playbook: string,
): CacaoSettings => ({
  ssh,
  manualTimeoutMs,
  knownHosts,
  authorities,
  repeat: Object.fromEntries(
    repeats.filter((one) => one.playbook === playbook).map(({ step = "*", repeat }) => [step, repeat]),
  ),
});
