/**
 * What callers of the control plane may do.
 *
 * - `reporter`: report events, and accesses of front ends, whose tables of decisions it gets; and nothing else: for devices and proxies.
 * - `viewer`: look: lists, single things, watches, trees.
 * - `operator`: both, and work with scans, runs and dead letters.
 * - `admin`: all that, actors and nodes, and the audit log.
 */
export const roles = ["reporter", "viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** An event can start playbooks, so that who may look may not report; and who reports has no business in what others reported. */
const included: Readonly<Record<Role, readonly Role[]>> = {
  reporter: ["reporter"],
  viewer: ["viewer"],
  operator: ["reporter", "viewer", "operator"],
  admin: roles,
};

/** Whether a caller with the role `has` may do what needs the role `needed`. */
export const roleAllows = (has: Role, needed: Role): boolean => included[has].includes(needed);
