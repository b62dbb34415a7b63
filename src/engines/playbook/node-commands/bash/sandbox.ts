import { lstatSync, readlinkSync } from "node:fs";

/** What all that a command starts may take. */
export interface SandboxLimits {
  /** Processes at once, those that hold the sandbox included. */
  readonly processes: number;
  /** Of each process: seconds of a processor, and MiB of addresses. */
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  /** Of all files together, in MiB: they are kept in memory. */
  readonly filesMb: number;
  readonly openFiles: number;
}

export const sandboxLimits: SandboxLimits = {
  processes: 64,
  cpuSeconds: 120,
  memoryMb: 512,
  filesMb: 64,
  openFiles: 256,
};

/** Where the text of the command is in the sandbox. */
const commandFile = "/run/command";

/** A folder that systems with one tree for programs keep as a link into it. */
const linkOrFolder = (path: string): readonly string[] => {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return [];
  return facts.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
};

/**
 * Options of bubblewrap: own namespaces of every kind, so without a network and without a sight of other processes, and no further ones
 * inside, where a command would be root of its own mounts; nobody's user id, no capability, and no system calls but those that a
 * filter lets pass; programs and libraries of the system to read, and a private /tmp in memory to write. Nothing of the node's environment.
 *
 * @param environment variables of the command, whose names are those of CACAO and so none that a program listens to
 * @param descriptors from which the text of the command and the filter of its system calls are read
 */
export const sandboxOptions = (
  { filesMb }: SandboxLimits,
  environment: Readonly<Record<string, string>>,
  descriptors: { readonly command: number; readonly filter: number },
): readonly string[] => [
  ...["--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"],
  ...["--disable-userns", "--seccomp", String(descriptors.filter)],
  // The end of the process with id 1 is the end of all others, and nothing but the wrapper's shell decides when that is.
  ...["--die-with-parent", "--new-session", "--as-pid-1"],
  ...["--cap-drop", "ALL"],
  ...["--ro-bind", "/usr", "/usr"],
  ...["/bin", "/sbin", "/lib", "/lib32", "/lib64"].flatMap(linkOrFolder),
  // Where programs such as awk, and libraries in folders of their own, are found.
  ...["/etc/alternatives", "/etc/ld.so.cache"].flatMap((path) => ["--ro-bind-try", path, path]),
  ...["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"],
  ...["--size", String(filesMb * 1_048_576), "--tmpfs", "/tmp", "--chdir", "/tmp"],
  ...["--ro-bind-data", String(descriptors.command), commandFile],
  ...["--remount-ro", "/"],
  ...[
    "--clearenv",
    "--setenv",
    "PATH",
    "/usr/local/bin:/usr/bin:/bin",
    "--setenv",
    "HOME",
    "/tmp",
    "--setenv",
    "LANG",
    "C.UTF-8",
  ],
  ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
];

/** The shell that holds the sandbox: it sets the bounds, which its children inherit, and ends as the command does. */
export const sandboxShell = ({
  processes,
  cpuSeconds,
  memoryMb,
  filesMb,
  openFiles,
}: SandboxLimits): readonly string[] => {
  const bounds = [
    ...[`-c 0`, `-n ${openFiles}`, `-f ${filesMb * 1024}`],
    ...[`-t ${cpuSeconds}`, `-v ${memoryMb * 1024}`, `-u ${processes}`],
  ];
  // Descriptors that the node has from whoever started it.
  const closed = "for f in /proc/self/fd/*; do f=${f##*/}; if ((f > 2)); then exec {f}>&-; fi; done";
  // A file, since everybody on the machine sees the arguments of a process.
  const script = `${closed}; ulimit ${bounds.join(" ")} || exit; bash ${commandFile}; exit $?`;
  return ["/usr/bin/bash", "-p", "-c", script];
};
