import { networkProblem } from "./networks.ts";

/** Subjects of accesses as a person writes them: an address, a network, or FIELD=VALUE. */
export interface WrittenSubject {
  /** `ip`, `account`, or another field of accesses. */
  readonly field: string;
  readonly subject: string;
}

const fieldShape = /^[a-z][a-z0-9_-]{0,31}$/;
const mostSubjectBytes = 256;
const use = "use an address, a network, or FIELD=VALUE such as account=root";

/** Reads `192.0.2.7`, `10.0.0.0/8`, `account=root`. A string says what is wrong. */
export const parseSubject = (written: string): WrittenSubject | string => {
  const at = written.indexOf("=");
  const field = at === -1 ? "ip" : written.slice(0, at);
  const subject = written.slice(at + 1);
  if (!fieldShape.test(field)) return `no field of accesses: ${use}`;
  if (field === "ip") return networkProblem(subject) === undefined ? { field, subject } : `no subject: ${use}`;
  if (subject === "") return `no subject: ${use}`;
  return Buffer.byteLength(subject) > mostSubjectBytes
    ? `longer than a subject can be: at most ${mostSubjectBytes} bytes`
    : { field, subject };
};
