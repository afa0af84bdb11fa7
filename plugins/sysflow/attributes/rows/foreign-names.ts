// SPDX-License-Identifier: Apache-2.0

/** Names from published rule files (old releases, typos), and the attribute that each one means. */
export const DEPRECATED_NAMES: ReadonlyMap<string, string> = new Map([
  ['sf.schema', 'sf.meta.schema'],
  ['sf.state', 'sf.proc.state'],
  ['sf.is_open_read', 'sf.file.is_open_read'],
  ['sf.is_open_write', 'sf.file.is_open_write'],
  ['sf.file.typechar', 'fd.typechar'],
  ['sf.proc.username', 'sf.proc.user'],
  ['sf.prog.args', 'sf.proc.args'],
  ['sf-process.args', 'sf.proc.args'],
  ['sf.poc.name', 'sf.proc.name'],
  ['srf.proc.name', 'sf.proc.name'],
])

/** Fields of Falco's reference that SysFlow records cannot provide, and the reason. */
// biome-ignore format: lists of names
export const UNSUPPORTED_ATTRIBUTES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'SysFlow does not record it': [
      'evt.abspath', 'evt.abspath.dst', 'evt.abspath.src', 'evt.arg', 'evt.arg.cmd', 'evt.arg.data', 'evt.arg.dev', 'evt.arg.domain',
      'evt.arg.dirfd', 'evt.arg.fd', 'evt.arg.flags', 'evt.arg.mode', 'evt.arg.nstype', 'evt.arg.pid', 'evt.arg.request', 'evt.arg.ret', 'evt.arg.sig',
      'evt.arg.type', 'evt.asynctype', 'evt.buffer', 'evt.buflen', 'evt.category', 'evt.count', 'evt.count.error', 'evt.cpu', 'evt.datetime', 'evt.deltatime',
      'evt.failed', 'evt.hostname', 'evt.info', 'evt.is_async', 'evt.is_io', 'evt.is_io_read', 'evt.is_io_write', 'evt.is_open_create', 'evt.is_open_exec',
      'evt.is_syslog', 'evt.is_wait', 'evt.latency', 'evt.outputtime', 'evt.pluginname', 'evt.rawarg', 'evt.reltime', 'evt.source', 'evt.wait_latency',
      'fd.connected', 'fd.containerdirectory', 'fd.containername', 'fd.dev', 'fd.dev.major', 'fd.dev.minor', 'fd.ino', 'fd.is_server', 'fd.is_upper_layer',
      'fd.lower_layer', 'fd.name_changed', 'fd.nameraw', 'fd.types', 'fd.uid', 'fdlist.cips', 'fdlist.cports', 'fdlist.names', 'fdlist.nums', 'fdlist.sips', 'fdlist.sports',
      'group.loginname', 'proc.cgroup', 'proc.cgroups', 'proc.cmdlenargs', 'proc.cmdnargs', 'proc.env.raw', 'proc.exe_ino', 'proc.exe_ino.ctime',
      'proc.exe_ino.ctime_duration_pidns_start', 'proc.exe_ino.ctime_duration_proc_start', 'proc.exe_ino.mtime', 'proc.fdlimit', 'proc.fdopencount', 'proc.fdusage',
      'proc.is_container_healthcheck', 'proc.is_container_liveness_probe', 'proc.is_container_readiness_probe', 'proc.is_exe_from_memfd', 'proc.is_exe_lower_layer',
      'proc.is_exe_upper_layer', 'proc.is_exe_writable', 'proc.is_pgid_leader', 'proc.is_sid_leader', 'proc.is_vpgid_leader', 'proc.is_vsid_leader', 'proc.loginshellid',
      'proc.nthreads', 'proc.nchilds', 'proc.pgid.exe', 'proc.pgid.exepath', 'proc.pgid.name', 'proc.ppid.duration', 'proc.pvpid', 'proc.sid', 'proc.sid.exe',
      'proc.sid.exepath', 'proc.sname', 'proc.stdin.name', 'proc.stdin.type', 'proc.stdout.name', 'proc.stdout.type', 'proc.stderr.name', 'proc.stderr.type', 'proc.thread.pfmajor',
      'proc.vmrss', 'proc.vmsize', 'proc.vmswap', 'proc.vpgid', 'proc.vpgid.exe', 'proc.vpgid.exepath', 'proc.vpgid.name', 'syscall.type', 'thread.cap_effective',
      'thread.cap_inheritable', 'thread.cap_permitted', 'thread.cgroups', 'thread.cpu', 'thread.exectime', 'thread.ismain', 'thread.pfmajor', 'thread.pfminor',
      'thread.totexectime', 'thread.vmrss', 'thread.vmsize', 'thread.vtid', 'user.homedir', 'user.loginname', 'user.loginuid', 'user.log', 'user.shell', 'sf.net.sockfamily', 'fd.sockfamily',
    ],
    'SysFlow does not record it for containers': [
      'container.cni.json', 'container.duration', 'container.full_id', 'container.healthcheck', 'container.info', 'container.ip', 'container.liveness_probe', 'container.mount',
      'container.mount.dest', 'container.mount.mode', 'container.mount.propagation', 'container.mount.rdwr', 'container.mount.source', 'container.mounts', 'container.readiness_probe',
      'container.start_ts', 'container.label', 'container.labels', 'k8s.deployment.id', 'k8s.deployment.label', 'k8s.deployment.labels', 'k8s.deployment.name', 'k8s.ns.id',
      'k8s.ns.label', 'k8s.ns.labels', 'k8s.pod.cni.json', 'k8s.pod.full_sandbox_id', 'k8s.pod.label', 'k8s.pod.labels', 'k8s.pod.sandbox_id', 'k8s.rc.id', 'k8s.rc.name', 'k8s.rs.id',
      'k8s.rs.name', 'k8s.svc.id', 'k8s.svc.name',
    ],
    'networks and host names are not looked up': ['fd.net', 'fd.cnet', 'fd.snet', 'fd.lnet', 'fd.rnet', 'fd.sip.name', 'fd.cip.name', 'fd.lip.name', 'fd.rip.name', 'sf.net.mask'],
    'it belongs to other event sources': ['fs.path.name', 'fs.path.nameraw', 'fs.path.source', 'fs.path.sourceraw', 'fs.path.target', 'fs.path.targetraw', 'jevt.value', 'jevt.time', 'ka.verb', 'ka.auditid', 'ka.user.name'],
  }).flatMap(([reason, names]) => names.map(name => [name, reason] as const)),
)
