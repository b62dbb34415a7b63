/**
 * What callers of the control plane may do, each with all that stands before it.
 *
 * - `viewer`: look: lists, single things, watches, trees.
 * - `operator`: work with scans and dead letters.
 * - `admin`: actors and nodes, and the audit log.
 */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** Whether a caller with the role `has` may do what needs the role `needed`. */
export const roleAllows = (has: Role, needed: Role): boolean => roles.indexOf(has) >= roles.indexOf(needed);
