import { GarrisonError } from "../../../../base/errors.ts";
import type { StepErrorCode } from "../../journal.ts";

/**
 * Why a command failed: what its step fails with. `refused`: this node may not execute it, or must not reach what it wants to reach.
 * `unimplemented`: no node can. `threw`: it was tried, or cannot be made of what the playbook says. Its message holds no secret.
 */
export type CommandFailureCode = Extract<StepErrorCode, "threw" | "refused" | "unimplemented">;

export class CommandFailure extends GarrisonError<CommandFailureCode> {}
