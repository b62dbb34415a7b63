import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { HostCheck } from "../../../../../../src/engines/playbook/cacao/commands/ssh/host-check.ts";
import { KnownHosts } from "../../../../../../src/engines/playbook/cacao/commands/ssh/known-hosts.ts";
import { sshKeys } from "../../../../../support/ssh-server.ts";

const key = sshKeys("ed25519").publicKey;
const other = sshKeys("ecdsa").publicKey;
const blobOf = (publicKey: string): Buffer => Buffer.from(publicKey.split(" ")[1] ?? "", "base64");

const knows = (lines: readonly string[], host: string, port = 22): boolean =>
  new HostCheck(new KnownHosts(lines), host, port).accepts(blobOf(key));

describe("known hosts", () => {
  it("find a host by its name, by its address, and with another port in brackets", () => {
    assert.ok(knows([`Web.example.com,10.0.0.9 ${key} a comment`], "WEB.example.com"));
    assert.ok(knows([`web.example.com,10.0.0.9 ${key}`], "10.0.0.9"));
    assert.ok(knows([`2001:db8::1 ${key}`], "2001:db8::1"));
    assert.ok(knows([`[web]:2222 ${key}`], "web", 2222));
    assert.ok(knows([`[2001:db8::1]:2222 ${key}`], "2001:db8::1", 2222));
    assert.ok(!knows([`web ${key}`], "web", 2222), "another port is another host");
    assert.ok(!knows([`[web]:2222 ${key}`], "web"));
    assert.ok(!knows([`web ${key}`], "web.example.com"));
  });

  it("find a host by patterns, and none that is excluded", () => {
    assert.ok(knows([`*.example.com ${key}`], "a.b.example.com"));
    assert.ok(knows([`web-? ${key}`], "web-7"));
    assert.ok(!knows([`web-? ${key}`], "web-70"));
    assert.ok(!knows([`*.example.com,!db.example.com ${key}`], "db.example.com"));
    assert.ok(!knows([`!db.example.com ${key}`], "web.example.com"), "an exclusion alone names nobody");
    assert.ok(!knows([`example.com ${key}`], "exampleXcom"), "a dot is a dot");
  });

  it("find a hashed host as ssh-keygen hashes it", () => {
    const salt = randomBytes(20);
    const hashed = (name: string): string =>
      `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")} ${key}`;
    assert.ok(knows([hashed("web.example.com")], "web.example.com"));
    assert.ok(knows([hashed("[web]:2222")], "web", 2222));
    assert.ok(!knows([hashed("web.example.com")], "db.example.com"));
    assert.ok(!knows([`|2|${salt.toString("base64")}|AAAA ${key}`, `|1| ${key}`], "web"));
  });

  it("take comments and empty lines for what they are, and count lines that cannot be read", () => {
    const lines = ["# a comment", "", `web ${key}`, "web ssh-ed25519", "web ssh-rsa AAAA", `@unknown web ${key}`, "@"];
    const hosts = new KnownHosts(lines);
    assert.deepEqual(hosts.unreadable, [4, 5, 6, 7]);
    assert.equal(hosts.find("web", 22).keys.length, 1);
    assert.deepEqual(
      new KnownHosts([`web ${key.replace("ssh-ed25519", "ssh-rsa")}`]).unreadable,
      [1],
      "of another type",
    );
  });

  it("tell revoked keys and authorities from keys", () => {
    const known = new KnownHosts([`@revoked * ${key}`, `@cert-authority *.example.com ${other}`, `web ${other}`]);
    const web = known.find("web", 22);
    assert.deepEqual([web.keys.length, web.revoked.length, web.hasAuthority], [1, 1, false]);
    assert.ok(known.find("a.example.com", 22).hasAuthority);
    const check = new HostCheck(known, "web", 22);
    assert.ok(!check.accepts(blobOf(key)));
    assert.match(check.refusal?.message ?? "", /revoked/);
    assert.ok(check.accepts(blobOf(other)));
    assert.equal(check.refusal, undefined);
  });

  it("are asked for the types that are known first, and for no SHA-1", () => {
    const algorithms = (line: string): readonly string[] => new HostCheck(new KnownHosts([line]), "web", 22).algorithms;
    assert.equal(algorithms(`web ${other}`)[0], "ecdsa-sha2-nistp256");
    assert.deepEqual(algorithms(`web ${sshKeys("rsa").publicKey}`).slice(0, 2), ["rsa-sha2-512", "rsa-sha2-256"]);
    assert.ok(!algorithms(`web ${key}`).includes("ssh-rsa"));
  });

  it("are matched in no time, whatever the pattern", () => {
    const pattern = "*a".repeat(2_000);
    assert.ok(!knows([`${pattern}b ${key}`], "a".repeat(250)));
  }).timeout(1_000);
});
