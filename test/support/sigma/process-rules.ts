import { seededRandom } from "../../../src/base/random.ts";
import type { EventData } from "../../../src/engines/events/index.ts";

/**
 * Rules about processes and files, and events of Sysmon that most of them have nothing to do with, as they are in practice: a program by
 * its path or original name, several texts of its command line, exceptions.
 */

const programs = [
  "certutil",
  "powershell",
  "rundll32",
  "regsvr32",
  "mshta",
  "wmic",
  "bitsadmin",
  "curl",
  "schtasks",
  "reg",
];
const switches = [
  "-urlcache",
  "-EncodedCommand",
  "javascript:",
  "/s /u /i:",
  "process call create",
  "/transfer",
  " --insecure",
];
const folders = ["C:\\Windows\\System32\\", "C:\\Windows\\SysWOW64\\", "C:\\Program Files\\", "C:\\Users\\Public\\"];
const endings = [".exe", ".dll", ".ps1", ".hta", ".zip", ".txt"];

/** What rule `at` is about; an event with that number may be so, too. */
const ofRule = <Item>(items: readonly Item[], at: number): Item => items[at % items.length] as Item;

/** Rules as YAML, each a file. The same number gives the same rules. */
export const processRules = (count: number): readonly string[] => {
  const random = seededRandom(11);
  const one = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  return Array.from({ length: count }, (_, at) => {
    const program = ofRule(programs, at);
    const option = ofRule(switches, at);
    const tool = `${one(programs)}-tool-${at}`;
    const forms = [
      `    selection_img:
        - Image|endswith: '\\${program}.exe'
        - OriginalFileName: '${program.toUpperCase()}.EXE'
    selection_cli:
        CommandLine|contains|all:
            - '${option}'
            - 'http://host-${at}.example/'
    condition: all of selection_*`,
      `    selection:
        Image|endswith:
            - '\\${tool}.exe'
            - '\\${tool}64.exe'
        CommandLine|contains|windash: ' -job${at % 50} '
    filter_main_folders:
        Image|startswith:
            - '${one(folders)}'
            - '${one(folders)}'
    condition: selection and not 1 of filter_main_*`,
      `    selection:
        - CommandLine|re: '\\s${option.trim().slice(0, 4).replace(/\W/g, ".")}\\s+payload${at}\\.[a-z]{3}'
        - Hashes|contains: 'MD5=${String(at).padStart(32, "A")}'
    condition: selection`,
      `    selection_parent:
        ParentImage|endswith: '\\${program}.exe'
    selection_child:
        CommandLine|contains:
            - '${option} \\Temp\\drop${at}'
            - '*\\AppData\\*\\drop${at}${one(endings)}'
    condition: all of selection_* and not 1 of filter_*
    filter_user:
        User|contains: 'AUTHORI'`,
    ];
    const [form = ""] = forms.slice(at % forms.length);
    return `title: Use ${at} of ${program}
id: 00000000-0000-4000-8000-${String(at).padStart(12, "0")}
status: test
logsource:
    category: process_creation
    product: windows
detection:
${form}
level: medium
`;
  });
};

/** A process that starts, as Sysmon tells it. The same number gives the same event. */
export const processEvent = (seed: number): EventData => {
  const random = seededRandom(seed);
  const one = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  const id = random.below(5_000);
  const program = ofRule(programs, id);
  const image = `${one(folders)}${program}.exe`;
  const argument = one([
    `http://host-${id}.example/a.zip`,
    `${one(folders)}file${id}${one(endings)}`,
    `-job${id % 50} all`,
  ]);
  return {
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon", Guid: "5770385F-C22A-43E0-BF4C-06F5698FFBD9" } },
        EventID: 1,
        Level: 4,
        TimeCreated: { "#attributes": { SystemTime: "2026-05-01T17:02:36.900637Z" } },
        Execution: { "#attributes": { ProcessID: 3308, ThreadID: 4008 } },
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Computer: "workstation-7.example",
      },
      EventData: {
        UtcTime: "2026-05-01 17:02:36.894",
        ProcessGuid: "5AA13A44-02AC-68FD-7A35-000000004002",
        ProcessId: id,
        Image: image,
        Description: `${program} of this system`,
        Product: "Microsoft® Windows® Operating System",
        Company: "Microsoft Corporation",
        OriginalFileName: `${program}.exe`,
        CommandLine: `"${image}" ${ofRule(switches, id)} ${argument}`,
        CurrentDirectory: one(folders),
        User: one(["EXAMPLE\\someone", "NT AUTHORITY\\SYSTEM"]),
        IntegrityLevel: "High",
        Hashes:
          "SHA1=317E563BFC7EC87B181D5A1745E43B8F5288DBFC,MD5=A561A96624CA5CD5491BFC1609E2958A,IMPHASH=02CB6949ACFAA0B84149D99111C16734",
        ParentProcessId: 6304,
        ParentImage: `${one(folders)}${one([...programs, "cmd", "explorer"])}.exe`,
        ParentCommandLine: '"C:\\Windows\\System32\\cmd.exe"',
      },
    },
  };
};
