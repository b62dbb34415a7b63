import { ErrorReply } from "redis";
import { StoreError, type StoreErrorCode } from "../errors.ts";

interface Kind {
  readonly code: StoreErrorCode;
  readonly retryable: boolean;
  readonly explain: (said: string) => string;
}

const unavailable = (explain: Kind["explain"]): Kind => ({ code: "unavailable", retryable: true, explain });
const denied = (explain: Kind["explain"]): Kind => ({ code: "denied", retryable: true, explain });

const readOnly = unavailable(
  () => "the Redis server is a replica that takes no writes: point store.url at the primary, or promote this one",
);
const noRights = denied(
  (said) => `the Redis user lacks a right, see "Redis" in docs/operations.md for what it needs: ${said}`,
);
const withoutHello: Kind = {
  code: "unsupported-server",
  retryable: false,
  explain: () => "the server does not know HELLO: Redis 7.0 or later is needed, with that command",
};
const partOfCluster: Kind = {
  code: "unsupported-server",
  retryable: false,
  explain: () => "the server is part of a Redis Cluster, which is not supported: point store.url at a server by itself",
};

/** Error replies by the code that they begin with. A server that answers so has not run the command. */
const kinds: Readonly<Record<string, Kind>> = {
  LOADING: unavailable(() => "the Redis server is loading its data: it serves when it has"),
  BUSY: unavailable(
    () => "a script or function occupies the Redis server: wait, or end it with SCRIPT KILL or FUNCTION KILL",
  ),
  READONLY: readOnly,
  MASTERDOWN: unavailable(() => "the Redis server is a replica without its primary: point store.url at the primary"),
  NOREPLICAS: unavailable(
    () => "the Redis server has fewer replicas in step than min-replicas-to-write asks for: bring them back",
  ),
  MISCONF: unavailable((said) => `the Redis server cannot write its files: look at its disk and log (${said})`),
  TRYAGAIN: partOfCluster,
  CLUSTERDOWN: partOfCluster,
  MOVED: partOfCluster,
  ASK: partOfCluster,
  CROSSSLOT: partOfCluster,
  OOM: {
    code: "full",
    retryable: true,
    explain: () =>
      "the Redis server has reached its maxmemory: raise it; what exists is kept, and can be held and ended",
  },
  NOAUTH: denied(() => "the Redis server asks for a password: set store.passwordFile, and store.username for a user"),
  WRONGPASS: denied(
    () => "the Redis server refuses the user or the password: check store.username and the file of store.passwordFile",
  ),
  NOPERM: noRights,
  WRONGTYPE: {
    code: "corrupt",
    retryable: false,
    explain: (said) => `a key of the store is not Garrison's: something else writes to its namespace (${said})`,
  },
};

/** Those whose code is only ERR, by their text. */
const texts: readonly (readonly [RegExp, Kind])[] = [
  [/max number of clients/i, unavailable(() => "the Redis server has as many clients as its maxclients allows")],
  [/invalid password|without any password configured|AUTH.*called/i, kinds["WRONGPASS"] as Kind],
  [/ACL failure in script|user executing the script can't/i, noRights],
  [/unknown command .?HELLO/i, withoutHello],
  [/DB index is out of range/i, denied(() => "the Redis server has no database of the number that store.url names")],
];

const defect: Kind = {
  code: "internal",
  retryable: false,
  explain: (said) => `the Redis server refuses a command: ${said}`,
};

const shownChars = 300;

/** Whether the server answered, if only with a refusal. */
export const isReply = (error: unknown): boolean => error instanceof ErrorReply;

/** Whether the server does not have the function (any more). */
export const isUnknownFunction = (error: unknown): boolean =>
  error instanceof ErrorReply && /^ERR Function not found/.test(error.message);

/** Whether the server has a library of this name already. */
export const isExistingLibrary = (error: unknown): boolean =>
  error instanceof ErrorReply && /^ERR Library '\w+' already exists/.test(error.message);

/** Whether another connection may lead to a server that does better, such as the new primary. */
export const asksForNewConnection = (error: unknown): boolean =>
  error instanceof ErrorReply && /^(READONLY|MASTERDOWN)\b/.test(error.message);

/** A server that does not know a command repeats its arguments: the password of a login could be among them. */
const withoutArguments = (error: ErrorReply): ErrorReply => {
  const message = error.message.replace(/,? with args beginning with:[^]*/, "");
  return message === error.message ? error : new ErrorReply(message);
};

/** What the server answered instead of running the command. */
const refused = (reply: ErrorReply): StoreError => {
  const error = withoutArguments(reply);
  const said = error.message.slice(0, shownChars);
  const code = /^[A-Z]+/.exec(said)?.[0] ?? "";
  const kind = kinds[code] ?? texts.find(([text]) => text.test(said))?.[1] ?? defect;
  return new StoreError(kind.code, kind.explain(said), { retryable: kind.retryable, cause: error });
};

/** A command that was handed to a connection failed. Without an answer of the server it is unknown whether it ran. */
export const commandFailure = (error: unknown): StoreError => {
  if (error instanceof StoreError) return error;
  if (error instanceof ErrorReply) return refused(error);
  return new StoreError(
    "deadline",
    "the connection to Redis broke before the answer: whether the call was made is unknown, repeat it with the same ids",
    { retryable: true, cause: error },
  );
};

const untrusted =
  /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|ERR_OSSL|ERR_SSL_.*(CERT|UNKNOWN_CA))/;

/** A link that worked has ended. */
export const lostConnection = (reason: Error): StoreError =>
  reason instanceof StoreError
    ? reason
    : new StoreError("unavailable", `the connection to Redis is lost: ${describe(reason).message}`, {
        retryable: true,
        cause: reason,
      });

/** No connection came about. @param place where to, as `host:port` */
export const connectFailure = (error: unknown, place: string): StoreError => {
  if (error instanceof StoreError) return error;
  if (error instanceof ErrorReply) return refused(error);
  const { code, message } = describe(error);
  const facts = { retryable: true, cause: error };
  if (untrusted.test(code)) {
    return new StoreError(
      "denied",
      `the certificates of ${place} and of this node do not fit (${code}): set store.tls.ca to the CA that signed the server's, for the name in store.url; and store.tls.cert and store.tls.key if it asks for one`,
      facts,
    );
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return new StoreError("denied", `no TLS with ${place} (${code}): use redis:// if it speaks plain text`, facts);
  }
  const hint = hints[code] ?? message;
  return new StoreError("unavailable", `Redis cannot be reached at ${place}: ${hint}`, facts);
};

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; is redis-server running?",
  ENOTFOUND: "there is no such host; check store.url",
  EAI_AGAIN: "its name cannot be resolved at the moment",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ECONNRESET: "the connection was reset; does it speak TLS (rediss://)?",
};

const describe = (error: unknown): { readonly code: string; readonly message: string } => {
  if (!(error instanceof Error)) return { code: "", message: String(error) };
  // Node puts together what each address of a name said.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && "code" in first && typeof first.code === "string" ? first.code : "";
  return { code, message: (error.message === "" ? code : error.message).slice(0, shownChars) };
};
