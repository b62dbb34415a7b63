import assert from "node:assert/strict";
import { ErrorReply } from "redis";
import { StoreError } from "../../../../src/store/index.ts";
import { commandFailure, connectFailure } from "../../../../src/store/redis/failures.ts";

describe("failures of Redis", () => {
  /** As the server words them, with what has to be in the message. */
  const replies: readonly (readonly [string, string, boolean, RegExp])[] = [
    ["LOADING Redis is loading the dataset in memory", "unavailable", true, /loading/],
    ["BUSY Redis is busy running a script. You can only call SCRIPT KILL", "unavailable", true, /SCRIPT KILL/],
    ["READONLY You can't write against a read only replica.", "unavailable", true, /primary/],
    ["MASTERDOWN Link with MASTER is down", "unavailable", true, /primary/],
    ["NOREPLICAS Not enough good replicas to write.", "unavailable", true, /min-replicas-to-write/],
    ["MISCONF Redis is configured to save RDB snapshots", "unavailable", true, /disk/],
    ["ERR max number of clients reached", "unavailable", true, /maxclients/],
    ["OOM command not allowed when used memory > 'maxmemory'.", "full", true, /maxmemory/],
    ["NOAUTH Authentication required.", "denied", true, /store\.passwordFile/],
    ["NOAUTH HELLO must be called with the client already authenticated", "denied", true, /store\.passwordFile/],
    ["WRONGPASS invalid username-password pair or user is disabled.", "denied", true, /store\.username/],
    ["ERR AUTH <password> called without any password configured for the default user", "denied", true, /store\.user/],
    ["NOPERM this user has no permissions to run the 'set' command", "denied", true, /'set'/],
    ["ERR DB index is out of range", "denied", true, /store\.url/],
    ["CLUSTERDOWN Hash slot not served", "unsupported-server", false, /by itself/],
    ["MOVED 3999 127.0.0.1:6381", "unsupported-server", false, /by itself/],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "corrupt", false, /namespace/],
    ["ERR unknown command 'FCALL'", "internal", false, /FCALL/],
    ["ERR user_function:7: attempt to index a nil value", "internal", false, /user_function:7/],
    ["", "internal", false, /refuses/],
  ];

  for (const [said, code, retryable, fix] of replies) {
    it(`takes "${said.slice(0, 40)}" for ${code}`, () => {
      const reply = new ErrorReply(said);
      for (const error of [commandFailure(reply), connectFailure(reply, "h:1")]) {
        assert.equal(error.code, code);
        assert.equal(error.retryable, retryable);
        assert.match(error.message, fix);
        assert.equal(error.cause, reply);
      }
    });
  }

  it("leaves it open whether a call was made whose connection broke", () => {
    const error = commandFailure(new Error("Socket closed unexpectedly"));
    assert.equal(error.code, "deadline");
    assert.equal(error.retryable, true);
    const known = new StoreError("busy", "full");
    assert.equal(commandFailure(known), known);
  });

  it("names the place and the fix where no connection came about", () => {
    const fault = (code: string, message = code): Error => Object.assign(new Error(message), { code });
    const cases: readonly (readonly [unknown, string, RegExp])[] = [
      [fault("ECONNREFUSED"), "unavailable", /h:1: nothing listens/],
      [new AggregateError([fault("ECONNREFUSED")]), "unavailable", /h:1: nothing listens/],
      [fault("ENOTFOUND"), "unavailable", /store\.url/],
      [fault("EMFILE", "too many open files"), "unavailable", /too many open files/],
      [fault("DEPTH_ZERO_SELF_SIGNED_CERT"), "denied", /store\.tls\.ca/],
      [fault("CERT_HAS_EXPIRED"), "denied", /CERT_HAS_EXPIRED/],
      [fault("ERR_TLS_CERT_ALTNAME_INVALID"), "denied", /for the name in store\.url/],
      [fault("ERR_SSL_WRONG_VERSION_NUMBER"), "denied", /redis:\/\//],
      ["a string", "unavailable", /a string/],
    ];
    for (const [thrown, code, message] of cases) {
      const error = connectFailure(thrown, "h:1");
      assert.equal(error.code, code);
      assert.equal(error.retryable, true);
      assert.match(error.message, message);
    }
  });
});
