/** What fits into the kernel's address of a unix socket. */
const mostBytes = 107;

/** Whether a socket of this machine can be there: an absolute path of at most 107 bytes, with whatever letters. */
export const isSocketPath = (path: string): boolean =>
  path.startsWith("/") && path.length > 1 && Buffer.byteLength(path) <= mostBytes && !/\p{Cc}/u.test(path);
