/**
 * The key of a space: the one that its functions are given. They derive the others from it, and the braces keep all of
 * them in one hash slot.
 */
export const keyOfSpace = (namespace: string, space: string): string => `{${namespace}:${space}}`;

/** Where the revisions of a space are announced, as decimal text. All databases of a server share their channels. */
export const channelOf = (namespace: string, space: string, database: number): string =>
  `${keyOfSpace(namespace, space)}:revisions:${database}`;
