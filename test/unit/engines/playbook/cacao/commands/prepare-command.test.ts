import assert from "node:assert/strict";
import type { CommandCall } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { CommandFailure } from "../../../../../../src/engines/playbook/cacao/commands/failure.ts";
import { prepareCommand } from "../../../../../../src/engines/playbook/cacao/commands/prepare-command.ts";
import { VariableError } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import type { Command } from "../../../../../../src/engines/playbook/cacao/model/command.ts";
import { commandPlace, httpCommand, stepId, textCommand } from "../../../../../support/command-place.ts";

type PlaceOptions = Parameters<typeof commandPlace>[0];

const prepare = (command: Command, options?: PlaceOptions): CommandCall =>
  prepareCommand(command, commandPlace(options));
const inputOf = (command: Command, options?: PlaceOptions): Record<string, unknown> =>
  prepare(command, options).input as Record<string, unknown>;

const refusal = (command: Command, options?: PlaceOptions): string => {
  try {
    prepare(command, options);
  } catch (thrown) {
    assert.ok(thrown instanceof CommandFailure || thrown instanceof VariableError, String(thrown));
    return thrown.message;
  }
  return assert.fail("it was made ready");
};

const user = {
  type: "user-auth",
  id: "user-auth--1",
  user: ["root"],
  password: { type: "secret", name: "root" },
} as const;

describe("a command made ready", () => {
  describe("of HTTP", () => {
    const urlOf = (line: string, options: PlaceOptions): unknown => inputOf(httpCommand(line), options)["url"];

    it("has a URL made of the address, url before dname before ipv4 before ipv6", () => {
      const hosts = { ipv6: "::1", ipv4: "127.0.0.1", dname: "Web.Example.com" };
      const address = { ...hosts, url: "https://api.example.com/v2/" };
      assert.equal(urlOf("GET /x?y=1", { address }), "https://api.example.com/v2/x?y=1");
      assert.equal(urlOf("GET /x", { address: hosts }), "http://web.example.com/x");
      assert.equal(urlOf("GET /x", { address: { ipv6: "::1", ipv4: "127.0.0.1" } }), "http://127.0.0.1/x");
      assert.equal(urlOf("GET /x", { address: { ipv6: "::1" }, port: "8080" }), "http://[::1]:8080/x");
    });

    it("is https on ports 443 and 8443, and where the url says so", () => {
      const address = { dname: "web" };
      assert.equal(urlOf("GET /", { address, port: "443" }), "https://web/");
      assert.equal(urlOf("GET /", { address, port: "8443" }), "https://web:8443/");
      assert.equal(urlOf("GET /", { address, port: "80" }), "http://web/");
      assert.equal(urlOf("GET /", { address: { url: "https://web" }, port: "9000" }), "https://web:9000/");
      assert.equal(urlOf("GET /", { address: { url: "http://web:81" }, port: "9000" }), "http://web:81/");
    });

    it("has a path that does not go on with the host or the port when a variable begins it", () => {
      const pathFrom = (value: string, options: PlaceOptions): unknown =>
        urlOf("GET __path__:value", { ...options, variables: { path: { value, tainted: true } } });
      assert.equal(pathFrom(".evil.example", { address: { dname: "api" } }), "http://api/.evil.example");
      assert.equal(pathFrom("80", { address: { dname: "api" }, port: "80" }), "http://api/80");
      assert.equal(pathFrom("/v1", { address: { dname: "api" } }), "http://api/%2Fv1");
      const own = { path: { value: "/v1", tainted: false } };
      assert.equal(urlOf("GET __path__:value", { address: { dname: "api" }, variables: own }), "http://api/v1");
    });

    it("takes an address from variables, and nothing in them becomes more than that", () => {
      const evil = { host: { value: "web/admin?", tainted: true }, url: { value: "http://web/a", tainted: true } };
      assert.equal(urlOf("GET /x", { address: { url: "__url__:value" }, variables: evil }), "http://web/a/x");
      const variables = { host: { value: "10.1.2.3", tainted: true } };
      assert.equal(
        urlOf("GET /x", { address: { url: "https://__host__:value/v1" }, variables }),
        "https://10.1.2.3/v1/x",
      );
      assert.match(
        refusal(httpCommand("GET /"), { address: { url: "http://__host__:value/" }, variables: evil }),
        /no URL/,
      );
      assert.match(
        refusal(httpCommand("GET /"), { address: { dname: "__host__:value" }, variables: evil }),
        /no single host/,
      );
      const dots = { id: { value: "..", tainted: true } };
      refusal(httpCommand("GET /api/__id__:value/x"), { address: { dname: "web" }, variables: dots });
      const encoded = { id: { value: "%2e%2e/?#", tainted: true } };
      assert.equal(
        urlOf("GET /api/__id__:value/x", { address: { dname: "web" }, variables: encoded }),
        "http://web/api/%252e%252e%2F%3F%23/x",
      );
      assert.match(refusal(httpCommand("GET /a/../b"), { address: { dname: "web" } }), /step \. or \.\./);
    });

    it("is refused without a usable address, naming the target", () => {
      const refused = (options: PlaceOptions): string => refusal(httpCommand("GET /"), options);
      assert.match(refused({}), /net-address "door" .* has no address/);
      assert.match(refused({ address: { ipv4: "10.0.0.0/8" } }), /"10\.0\.0\.0\/8", which is no single host/);
      assert.match(refused({ address: { ipv4: "::1" } }), /no single host/);
      assert.match(refused({ address: { dname: "a b" } }), /no single host/);
      assert.match(refused({ address: { url: "ftp://web/" } }), /no URL of http/);
      assert.match(refused({ address: { url: "https://me:secret@web/" } }), /authentication_info/);
      assert.match(refused({ address: { url: "https://web/?q=1" } }), /query/);
      assert.match(refused({ address: { dname: "web" }, port: "70000" }), /port/);
    });

    it("has the headers of the playbook, and withholds those that are secrets", () => {
      const headers = {
        "X-Tag": ["__tag__:value"],
        "X-API-Key": ["k-123456"],
        Cookie: ["a=b"],
        "Content-Length": ["5"],
      };
      const { input, withheld } = prepare(httpCommand("GET /", { headers }), {
        address: { dname: "web" },
        variables: { tag: { value: "t1" } },
      });
      assert.deepEqual((input as { headers: unknown }).headers, {
        "x-tag": ["t1"],
        "x-api-key": ["(withheld)"],
        cookie: ["(withheld)"],
      });
      assert.deepEqual((withheld as { headers: unknown }).headers, { "x-api-key": ["k-123456"], cookie: ["a=b"] });
      assert.match(
        refusal(httpCommand("GET /", { headers: { "Transfer-Encoding": ["chunked"] } }), { address: { dname: "web" } }),
        /transfer-encoding is of the connection/,
      );
      const line = { tag: { value: "a\r\nX-Evil: 1", tainted: true } };
      assert.match(
        refusal(httpCommand("GET /", { headers }), { address: { dname: "web" }, variables: line }),
        /__tag__/,
      );
    });

    it("has content with a type of its own", () => {
      const address = { dname: "web" };
      const sent = (content: string, headers = {}, options: PlaceOptions = {}): unknown => {
        const input = inputOf(httpCommand("POST /", { content, headers }), { address, ...options });
        const type = (input["headers"] as Record<string, readonly string[]>)["content-type"];
        return [(input["content"] as { value: string }).value, type?.[0]];
      };
      assert.deepEqual(sent('{"a":1}'), ['{"a":1}', "application/json"]);
      assert.deepEqual(sent("hello"), ["hello", "text/plain; charset=utf-8"]);
      const variables = {
        all: { type: "dictionary", value: '{"b":2}' },
        q: { value: "x&y=z", tainted: true },
      } as const;
      assert.deepEqual(sent("__all__:value", {}, { variables }), ['{"b":2}', "application/json"]);
      const form = { "Content-Type": ["application/x-www-form-urlencoded"] };
      assert.deepEqual(sent("q=__q__:value", form, { variables }), [
        "q=x%26y%3Dz",
        "application/x-www-form-urlencoded",
      ]);
    });

    it("has no content that is almost JSON, in which a value could become more than that", () => {
      const variables = { q: { value: '1, "admin": true', tainted: true }, own: { value: "1" } };
      const options: PlaceOptions = { address: { dname: "web" }, variables };
      const json = { "Content-Type": ["application/problem+json; charset=utf-8"] };
      for (const command of [
        httpCommand("POST /", { content: '{"a": 1__q__:value}' }),
        httpCommand("POST /", { content: "[1__q__:value]", headers: json }),
      ]) {
        assert.match(refusal(command, options), /no JSON/);
      }
      const contentOf = (content: string): unknown => inputOf(httpCommand("POST /", { content }), options)["content"];
      assert.deepEqual(contentOf('{"a": 1__own__:value}'), { type: "text", value: '{"a": 11}' });
      assert.deepEqual(contentOf("[alert] __q__:value"), { type: "text", value: '[alert] 1, "admin": true' });
    });

    it("names secrets and does not have them in its input", () => {
      const authentication = {
        type: "oauth2",
        id: "oauth2--1",
        header: ["Authorization: Token"],
        token: { type: "text", text: ["inline-token"] },
      } as const;
      const options: PlaceOptions = { address: { dname: "web" }, authentication };
      const { input, withheld } = prepare(httpCommand("GET /"), options);
      assert.ok(!JSON.stringify(input).includes("inline-token"));
      assert.deepEqual((withheld as { authentication: unknown }).authentication, {
        type: "oauth2",
        header: "authorization",
        scheme: "Token",
        token: { type: "text", text: "inline-token" },
      });
      assert.match(
        refusal(httpCommand("GET /"), { ...options, authentication: user }),
        /user-auth--1 is of type user-auth, the command takes http-basic or oauth2/,
      );
    });

    it("of openc2 is a POST and nothing else", () => {
      const address = { dname: "web" };
      assert.equal(inputOf(httpCommand("POST /", { type: "openc2-http" }), { address })["method"], "POST");
      assert.match(refusal(httpCommand("GET /", { type: "openc2-http" }), { address }), /use POST/);
      assert.match(refusal(httpCommand("CONNECT /"), { address }), /CONNECT/);
    });
  });

  it("of ssh has the host, the port and a text for its shell", () => {
    const variables = { path: { value: "a b;reboot", tainted: true } };
    const options: PlaceOptions = { address: { ipv4: "10.0.0.9" }, authentication: user, variables };
    const { input, withheld, by } = prepare(textCommand("ssh", "rm -- __path__:value"), options);
    assert.deepEqual(input, {
      step: stepId,
      step_name: "close the door",
      agent: "us",
      target: "door",
      host: "10.0.0.9",
      port: 22,
      command: "rm -- 'a b;reboot'",
      authentication: "user-auth",
    });
    assert.equal(by, "thread");
    assert.deepEqual(withheld, {
      authentication: { type: "user-auth", user: "root", password: { type: "secret", name: "root" } },
    });
    assert.match(refusal(textCommand("ssh", "id"), { address: { ipv4: "10.0.0.9" } }), /no authentication_info/);
    assert.match(refusal(textCommand("ssh", "id"), { ...options, targetType: "http-api" }), /ssh, linux, net-address/);
  });

  it("of bash has in_args in its environment", () => {
    const variables = { ip: { value: "10.0.0.9", tainted: true }, none: {} };
    const options: PlaceOptions = { variables, inArgs: ["__ip__", "__none__"] };
    const { input, by } = prepare(textCommand("bash", "whois __ip__:value"), options);
    const { command, environment } = input as Record<string, unknown>;
    assert.deepEqual([by, command, environment], ["node", "whois 10.0.0.9", { __ip__: "10.0.0.9" }]);
  });

  it("of manual says what is asked of whom", () => {
    const variables = {
      host: { value: "web-1" },
      owner: { type: "string", description: "Who was told" },
      count: { type: "integer" },
    } as const;
    const { by, idempotent, input } = prepare(textCommand("manual", "Unplug __host__:value"), {
      variables,
      inArgs: ["__host__"],
      outArgs: ["__owner__", "__count__"],
    });
    const { text, for: whom, in_args, out_args } = input as Record<string, unknown>;
    assert.deepEqual([by, idempotent, text, whom], ["person", true, "Unplug web-1", ["door"]]);
    assert.deepEqual(in_args, { __host__: "web-1" });
    assert.deepEqual(out_args, [
      { name: "__owner__", type: "string", description: "Who was told" },
      { name: "__count__", type: "integer" },
    ]);
  });

  it("of garrison is words, into which values are put", () => {
    const words = (text: string, value = "a b 'c'"): unknown =>
      inputOf(textCommand("garrison", text), { variables: { x: { value, tainted: true } } })["words"];
    assert.deepEqual(words(`scan  "__x__:value" --tags a\\ b,'c"d'`), ["scan", "a b 'c'", "--tags", 'a b,c"d']);
    assert.deepEqual(words("scan https://__x__:value/ ''"), ["scan", "https://a b 'c'/", ""]);
    const refused = (text: string, value: string): string =>
      refusal(textCommand("garrison", text), { variables: { x: { value, tainted: true } } });
    assert.match(refused("scan __x__:value", "--templates"), /would become an option/);
    assert.match(refused('scan "__x__:value"', "-x"), /would become an option/);
    assert.match(refused("scan __x__:value -- a", "--"), /would become an option/);
    assert.deepEqual(words("block -- __x__:value", "--field"), ["block", "--", "--field"]);
    assert.match(refused("scan 'a", ""), /not closed/);
    assert.match(refused("scan a\\", ""), /backslash/);
    assert.match(refused(" ", ""), /empty/);
  });

  it("of sigma takes the run's event, or the dictionary that in_args name, and withholds it", () => {
    const rules = { type: "sigma", description: undefined, rules: "title: x" } as const;
    const event = { id: "e-1", source: "edr", kind: "ransomware", data: { host: "web-1" } };
    const own = prepare(rules, { event });
    assert.equal((own.input as Record<string, unknown>)["data"], "__event__");
    assert.deepEqual(own.withheld, { event });
    const variables = { facts: { type: "dictionary", value: '{"a":1}' }, text: { value: "x" } } as const;
    const other = prepare(rules, { event, variables, inArgs: ["__facts__"] });
    assert.deepEqual((other.withheld as { event: { data: unknown } }).event.data, { a: 1 });
    assert.match(refusal(rules, { variables, inArgs: ["__text__"] }), /__text__ is no JSON object/);
  });

  it("of yara takes the values of in_args, or the run's event", () => {
    const rules = { type: "yara", description: undefined, rules: "rule a { condition: true }" } as const;
    const variables = {
      bytes: { type: "hexstring", value: "4d5a" },
      a: { value: "one" },
      b: { value: "two" },
    } as const;
    const data = (...inArgs: readonly string[]): unknown =>
      inputOf(rules, { variables, inArgs, event: { id: "e" } })["data"];
    assert.deepEqual(data("__bytes__"), { type: "hex", value: "4d5a" });
    assert.deepEqual(data("__a__", "__b__"), { type: "text", value: "one\ntwo" });
    assert.deepEqual(data(), { type: "text", value: '{"id":"e"}' });
  });

  it("may be repeated by its nature, unless the node says otherwise", () => {
    const address = { dname: "web" };
    const isIdempotent = (command: Command, options: PlaceOptions = {}): boolean =>
      prepare(command, { address, ...options }).idempotent;
    const methods = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "POST", "PATCH", "TRACE"];
    assert.deepEqual(
      methods.filter((method) => isIdempotent(httpCommand(`${method} /`))),
      ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"],
    );
    assert.ok(!isIdempotent(httpCommand("POST /", { type: "openc2-http" })));
    assert.ok(!isIdempotent(textCommand("ssh", "id"), { authentication: user }));
    assert.ok(!isIdempotent(textCommand("bash", "id")));
    assert.ok(isIdempotent(textCommand("garrison", "scan web")));
    const post = httpCommand("POST /");
    assert.ok(isIdempotent(post, { settings: { repeat: { [stepId]: true } } }));
    assert.ok(isIdempotent(post, { settings: { repeat: { "*": true } } }));
    assert.ok(!isIdempotent(post, { settings: { repeat: { "*": true, [stepId]: false } } }));
    assert.ok(!isIdempotent(httpCommand("GET /"), { settings: { repeat: { [stepId]: false } } }));
  });
});
