// SPDX-License-Identifier: Apache-2.0

/** Words for generated rules and generated command lines, so that some of them match. */

export const FOLDERS = [
  '/bin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/agent/bin', '/opt/build/tools', '/tmp', '/var/tmp', '/dev/shm',
  '/home/dev/.local/bin', '/srv/app/bin', '/usr/lib/jvm/bin', '/snap/core/current/usr/bin', '/usr/libexec',
] // biome-ignore format: a table

export const TOOLS = [
  'sh', 'bash', 'dash', 'python3', 'perl', 'ruby', 'node', 'java', 'curl', 'wget', 'nc', 'socat', 'ssh', 'scp', 'rsync', 'tar',
  'gzip', 'openssl', 'base64', 'xxd', 'find', 'grep', 'sed', 'awk', 'cat', 'head', 'tail', 'cp', 'mv', 'rm', 'ln', 'chmod',
  'chown', 'chattr', 'mount', 'umount', 'dd', 'mkfs', 'iptables', 'ip', 'ss', 'netstat', 'nmap', 'tcpdump', 'ps', 'kill', 'id',
  'whoami', 'uname', 'useradd', 'usermod', 'passwd', 'sudo', 'su', 'crontab', 'at', 'systemctl', 'service', 'journalctl',
  'docker', 'kubectl', 'crictl', 'git', 'make', 'gcc', 'cc1', 'ld', 'npm', 'pip3', 'apt-get', 'dpkg', 'rpm', 'modprobe', 'insmod',
] // biome-ignore format: a table

export const OPTIONS = [
  'all', 'append', 'archive', 'background', 'batch', 'cache', 'check', 'clean', 'config', 'connect', 'daemon', 'debug', 'decode',
  'delete', 'depth', 'detach', 'disable', 'dump', 'encode', 'exec', 'export', 'fetch', 'file', 'filter', 'flush', 'follow', 'force',
  'format', 'header', 'host', 'ignore', 'import', 'insecure', 'install', 'interactive', 'key', 'level', 'list', 'listen', 'load',
  'local', 'max-size', 'mode', 'name', 'no-verify', 'output', 'owner', 'password', 'port', 'print', 'proxy', 'quiet', 'recursive',
  'remote', 'remove', 'reset', 'restart', 'retry', 'root', 'run', 'script', 'secret', 'send', 'shell', 'silent', 'socket', 'sort',
  'start', 'stop', 'sync', 'target', 'test', 'timeout', 'token', 'upload', 'user', 'verbose', 'version', 'wait', 'write',
] // biome-ignore format: a table

export const NOUNS = [
  'access', 'account', 'agent', 'archive', 'audit', 'backup', 'beacon', 'billing', 'branch', 'bucket', 'bundle', 'channel',
  'cluster', 'collector', 'command', 'container', 'credential', 'daily', 'database', 'deploy', 'device', 'driver', 'event',
  'firewall', 'gateway', 'history', 'image', 'index', 'inventory', 'job', 'journal', 'kernel', 'ledger', 'library', 'loader',
  'log', 'mailbox', 'metrics', 'miner', 'mirror', 'module', 'monitor', 'network', 'node', 'order', 'package', 'payload', 'policy',
  'probe', 'profile', 'queue', 'record', 'registry', 'release', 'report', 'rootkit', 'sandbox', 'schedule', 'service', 'session',
  'shadow', 'snapshot', 'storage', 'stream', 'system', 'tenant', 'tracer', 'tunnel', 'update', 'vault', 'volume', 'worker',
] // biome-ignore format: a table

export const FILE_ENDINGS = ['sh', 'py', 'conf', 'json', 'log', 'tar.gz', 'so', 'key', 'yaml', 'service', 'db', 'txt']

/** Long-running programs that start others. */
export const PARENTS = [
  '/usr/lib/systemd/systemd', '/usr/sbin/cron', '/usr/sbin/sshd', '/usr/bin/containerd-shim', '/usr/bin/bash', '/usr/bin/make',
  '/usr/sbin/nginx', '/usr/lib/jvm/bin/java', '/opt/agent/bin/supervisor', '/usr/bin/python3', '/usr/bin/node', '/usr/bin/sudo',
] // biome-ignore format: a table
