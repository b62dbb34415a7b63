/**
 * Whether the `Host` of a request, or the `:authority` of a call, names this machine's loopback and our port. A name that an attacker has
 * made to point to 127.0.0.1 does not.
 */
export const isLocalHost = (host: string | undefined, port: number): boolean => {
  if (host === undefined) return false;
  const [, name, digits] = /^(\[::1\]|127(?:\.\d{1,3}){3}|localhost):(\d{1,5})$/i.exec(host) ?? [];
  return name !== undefined && Number(digits) === port;
};
