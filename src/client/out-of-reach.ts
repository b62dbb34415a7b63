import { ClientError } from "./errors.ts";

/** The roles of the node leave this to others. */
export const isServedElsewhere = (error: unknown): error is ClientError =>
  error instanceof ClientError && error.reason === undefined && error.code === "unimplemented";

/** The node is gone, frozen, or about to go: another one may do better. What it says of its store holds for all of them. */
export const isOutOfReach = (error: unknown): error is ClientError =>
  error instanceof ClientError &&
  (error.reason === "shutting-down" ||
    (error.reason === undefined &&
      (error.code === "unavailable" ||
        error.code === "deadline" ||
        error.code === "cancelled" ||
        error.code === "internal")));
