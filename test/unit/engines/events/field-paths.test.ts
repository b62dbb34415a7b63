import assert from "node:assert/strict";
import { fieldPaths } from "../../../../src/engines/events/index.ts";
import { cefFields } from "../../../../src/engines/events/fields/cef.ts";
import { ecsFields } from "../../../../src/engines/events/fields/ecs.ts";
import { ocsfFields } from "../../../../src/engines/events/fields/ocsf.ts";
import { windowsAuditFields } from "../../../../src/engines/events/fields/windows.ts";

const pathsOf = (field: string): readonly string[] => fieldPaths(field).map((path) => path.join("."));

describe("the paths of a field", () => {
  it("lead to where each format keeps it, the likeliest first", () => {
    assert.deepEqual(pathsOf("DestinationIp"), [
      "DestAddress",
      "destination.ip",
      "dst_endpoint.ip",
      "dst",
      "destinationAddress",
      "c6a3",
      "winlog.event_data.DestinationIp",
    ]);
    assert.deepEqual(pathsOf("CommandLine").slice(0, 3), [
      "ProcessCommandLine",
      "process.command_line",
      "process.cmd_line",
    ]);
  });

  it("are Winlogbeat's alone where nobody knows the field", () => {
    for (const field of ["TicketOptions", "constructor", "__proto__"]) {
      assert.deepEqual(fieldPaths(field), [["winlog", "event_data", field]]);
    }
  });

  it("are well formed, each once, and never the field itself", () => {
    for (const table of [cefFields, ecsFields, ocsfFields, windowsAuditFields]) {
      for (const [field, paths] of Object.entries(table)) {
        for (const path of paths) assert.match(path, /^[\w@-]+(\.[\w@-]+)*$/, field);
        const all = pathsOf(field);
        assert.equal(new Set(all).size, all.length, `${field}: ${all.join(" ")}`);
        assert.ok(!all.includes(field), field);
      }
    }
  });
});
