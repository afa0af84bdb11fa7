// SPDX-License-Identifier: Apache-2.0

/** A bug of the original whose fix users of this release can notice. */
export interface FixedQuirk {
  readonly quirk: string
  /** The behaviour of the original. */
  readonly theirs: string
  readonly ours: string
  readonly visible: string
}

/** A difference that is not a bug of the original. */
export interface OtherDifference {
  readonly about: string
  readonly theirs: string
  readonly ours: string
  /** A page with details, relative to docs/. */
  readonly page?: string
}

// biome-ignore format: a table
export const FIXED_QUIRKS: readonly FixedQuirk[] = [
  { quirk: 'Q02', theirs: 'stops with a crash at network flows without a descriptor', ours: 'their descriptor is 0', visible: 'traces of old collectors' },
  { quirk: 'Q03', theirs: 'takes records of an unknown kind, and network events, for a header, which empties its tables', ours: 'they are passed over, told once and counted', visible: 'traces' },
  { quirk: 'Q04', theirs: 'clears all its tables at a message that does not decode', ours: 'the message is dropped, told and counted', visible: 'socket' },
  { quirk: 'Q05', theirs: 'completes a short message with bytes of an earlier one', ours: 'a message ends where it ends; one that is too short is dropped', visible: 'socket' },
  { quirk: 'Q06', theirs: 'ends the connection at a message above 16384 bytes', ours: 'messages of up to 1 MiB (`message.max`) are read, longer ones dropped and counted, and the connection stays', visible: 'socket' },
  { quirk: 'Q07', theirs: 'makes the folder of the socket with mode 0600, so that nobody can enter it', ours: 'mode 0700; the socket itself has `mode` 0660, whatever the umask', visible: 'socket' },
  { quirk: 'Q08', theirs: 'removes whatever lies at the path of the socket, folders with all that is in them', ours: 'only a socket that nobody listens on is replaced; anything else is an error', visible: 'socket' },
  { quirk: 'Q09', theirs: 'does not end at a signal before one more collector connects', ours: 'ends at once with status 0, and the socket is gone', visible: 'socket' },
  { quirk: 'Q10', theirs: 'leaves newlines and NULs at the end of `sf.ke.message` where it comes from a socket', ours: 'they are cut off', visible: 'socket' },
  { quirk: 'Q11', theirs: 'takes a damaged or cut block for the end of the file and says nothing', ours: 'the damage is reported with file and byte, everything else is read, exit status 1', visible: 'traces, exit status' },
  { quirk: 'Q12', theirs: 'loses the records in flight when a later file cannot be read', ours: 'what was read is delivered, the other files are read, exit status 1', visible: 'traces, exit status' },
  { quirk: 'Q13', theirs: 'opens a subfolder of the input folder as a file and fails', ours: 'subfolders are passed over', visible: 'input folders' },
  { quirk: 'Q14', theirs: 'reads version 4 from a socket, without `sf.proc.cwd` and `sf.proc.env`', ours: 'every version, told from the header (`schema.version`)', visible: 'socket' },
  { quirk: 'Q15', theirs: 'crashes when two drivers that write one channel come to their end', ours: 'the channel ends when the last of them has', visible: 'pipeline files' },
  { quirk: 'Q16', theirs: 'keeps the ancestors of a process as they were at its first record, however often they run another program', ours: 'ancestors are as they were at the time of the record', visible: '`sf.proc.aname` and its relatives, `sf.pproc.*`, exports' },
  { quirk: 'Q18', theirs: 'never returns from processes that are their own ancestors', ours: 'the line of ancestors ends where it began', visible: 'traces' },
  { quirk: 'Q20', theirs: 'doubles the counters of flows', ours: 'the recorded counters', visible: '`sf.flow.*`, exports' },
  { quirk: 'Q21', theirs: 'gives attributes that belong to another record type whatever lies in a shared place', ours: 'they are empty, 0 or false', visible: 'conditions, `file.fd` of exported file events' },
  { quirk: 'Q22', theirs: 'says that the type of an unknown file is the character U+0000', ours: 'it is empty', visible: '`sf.file.type`, exports' },
  { quirk: 'Q23', theirs: 'says READ or RECV, WRITE or SEND by whichever record type came first', ours: 'RECV and SEND in network flows, READ and WRITE elsewhere', visible: '`sf.opflags`, exports' },
  { quirk: 'Q24', theirs: 'writes the addresses and services of a pod without commas between them', ours: 'valid JSON', visible: '`sf.pod.*`, exports' },
  { quirk: 'Q25', theirs: 'cuts a literal at `[`, so that `"[x"` is contained in every text', ours: 'literals are compared whole', visible: 'conditions' },
  { quirk: 'Q26', theirs: '`exists` with a path (`sf.ke.message[kind] exists`) is always true', ours: 'true if what the path selects is not empty', visible: 'conditions' },
  { quirk: 'Q27', theirs: '`sf.pproc.uid` and `.gid` count as 0 where numbers are compared', ours: 'their value', visible: 'conditions' },
  { quirk: 'Q28', theirs: '`sf.pproc.tty` and `.entry` read `0` where the parent is unknown', ours: '`false`', visible: 'conditions' },
  { quirk: 'Q29', theirs: '`proc.tty` and `proc.createtime` are those of the parent', ours: 'those of the process', visible: 'conditions' },
  { quirk: 'Q30', theirs: 'gives processes on the host the container type DOCKER', ours: '`host`', visible: '`sf.container.type`, alerts' },
  { quirk: 'Q32', theirs: 'cuts bounding quotes off the texts that it exports', ours: 'exports show the whole text; comparisons still leave bounding quotes of attributes out', visible: 'exports' },
  { quirk: 'Q33', theirs: 'splits every value and literal at commas', ours: 'only attributes that are lists by nature match by element; a text, and a quoted literal, is one value', visible: 'conditions' },
  { quirk: 'Q35', theirs: 'cuts the path of a socket at a blank', ours: 'the whole path', visible: '`sf.file.path` and its relatives, exports' },
  { quirk: 'Q36', theirs: 'documents attributes that it does not have (`sf.proc.cwd`, `sf.proc.env`, `evt.res`, `user.uid`, ...)', ours: 'they exist', visible: 'conditions' },
  { quirk: 'Q39', theirs: 'takes quoted numbers for 0 where numbers are compared', ours: 'their value', visible: 'conditions' },
  { quirk: 'Q40', theirs: 'takes decimals and texts for 0 where numbers are compared', ours: 'decimals have their value; a text in place of the number is an error', visible: 'conditions' },
  { quirk: 'Q42', theirs: 'cannot read negative numbers', ours: 'they are values', visible: 'conditions' },
  { quirk: 'Q43', theirs: 'reads two empty strings on one line as one long string', ours: 'a string ends at its first closing quote', visible: 'conditions' },
  { quirk: 'Q44', theirs: 'an `output` at the end of a rule swallows the next entries', ours: 'every entry is read', visible: 'rule files' },
  { quirk: 'Q45', theirs: '`tags: []` gives one empty tag', ours: 'no tag', visible: 'alerts' },
  { quirk: 'Q46', theirs: 'a `[...]` within `in (...)` adds nothing', ours: 'its items are members', visible: 'conditions' },
  { quirk: 'Q47', theirs: 'an undefined macro is false, so `not typo` matches everything', ours: 'an error that names the place', visible: 'rule files' },
  { quirk: 'Q48', theirs: 'a macro or list that reaches itself overflows the stack', ours: 'an error that names the circle', visible: 'rule files' },
  { quirk: 'Q49', theirs: 'some rules with fields missing or out of order crash the program', ours: 'fields stand in any order, and a missing one is an error that names the place', visible: 'rule files' },
  { quirk: 'Q50', theirs: 'priority `alert` is exported as low', ours: 'as high (3)', visible: 'alerts' },
  { quirk: 'Q51', theirs: '`append` is ignored in macros and an error in lists', ours: 'it joins, as in Falco', visible: 'rule files' },
  { quirk: 'Q55', theirs: 'a misspelt attribute is silently compared as a text', ours: 'an error with the nearest name; a field of Falco that SysFlow cannot answer makes its rule inactive', visible: 'rule files' },
  { quirk: 'Q68', theirs: 'an unknown mode means enrich', ours: 'an error with the nearest word; `filter` and `bypass` of the first release are accepted', visible: 'pipeline files' },
  { quirk: 'Q69', theirs: 'hangs if `concurrency` is 0 or no number', ours: 'an error; other values are accepted and have no effect', visible: 'pipeline files' },
  { quirk: 'Q70', theirs: 'ignores settings that are numbers or booleans rather than texts', ours: 'both are accepted', visible: 'pipeline files' },
  { quirk: 'Q71', theirs: 'with several workers records overtake one another', ours: 'the order of the input is the order of the output', visible: 'exports' },
  { quirk: 'Q72', theirs: 'watches other rule files for changes than it loads', ours: 'what is loaded is watched', visible: '`monitor`' },
  { quirk: 'Q73', theirs: 'the ECS `event.kind` is always `event`', ours: '`alert` if a rule matched', visible: 'ECS' },
  { quirk: 'Q74', theirs: 'every exporter demands settings of Kafka', ours: 'no such setting is needed', visible: 'pipeline files' },
  { quirk: 'Q75', theirs: 'does not start with `-driver socket` and a pipeline file without drivers', ours: 'the socket driver writes to the first stage', visible: 'pipeline files' },
  { quirk: 'Q76', theirs: 'the environment cannot reach settings with capital letters', ours: 'letter case does not matter', visible: 'environment' },
  { quirk: 'Q78', theirs: 'an unknown `export` or `format` becomes terminal or JSON', ours: 'an error with the nearest word', visible: 'pipeline files' },
  { quirk: 'Q79', theirs: 'takes `syslog.proto` `tcp+tls`, the word of its documents, for plain TCP', ours: 'it means `tls` (with a warning)', visible: 'pipeline files' },
  { quirk: 'Q80', theirs: 'takes any TLS certificate of a server for good', ours: 'certificates are verified', visible: 'syslog over TLS, `es`' },
  { quirk: 'Q81', theirs: 'tells messages apart by line feeds only over TCP and TLS', ours: 'octet counting over TLS, and over TCP if asked for; a line feed over TLS if asked for', visible: '`syslog.framing`' },
  { quirk: 'Q82', theirs: 'deletes the export file when it starts', ours: 'appends to it; rotation is an option', visible: 'export files' },
  { quirk: 'Q83', theirs: 'writes logs and records to standard output', ours: 'records to standard output, all else to standard error', visible: 'standard output' },
  { quirk: 'Q84', theirs: '`-test` succeeds even if a health check fails', ours: 'exit status 1', visible: 'exit status' },
  { quirk: 'Q85', theirs: 'a stage without `processor` silently ends the pipeline there', ours: 'an error that names the place', visible: 'pipeline files' },
  { quirk: 'Q86', theirs: 'crashes at a channel without a type', ours: 'an error that names the place', visible: 'pipeline files' },
  { quirk: 'Q87', theirs: 'hangs if a stage has several inputs', ours: 'they are merged in the order in which records are sent', visible: 'pipeline files' },
  { quirk: 'Q92', theirs: 'writes invalid JSON for a process without known ancestors', ours: '`[]`', visible: 'exports' },
  { quirk: 'Q93', theirs: 'shows the texts of an unknown parent as two quotes', ours: 'as empty', visible: 'exports' },
  { quirk: 'Q95', theirs: 'writes all traffic with Elasticsearch to standard output', ours: 'writes none', visible: 'standard output' },
  { quirk: 'Q96', theirs: '`es.index` is empty if not set, though its documents say `sysflow`', ours: '`sysflow`', visible: '`es.index`' },
  { quirk: 'Q97', theirs: 'sends Kafka log data in forms that its own driver, and others, cannot read', ours: '`LogsData` as protocol buffers or OTLP/JSON; the old form of files is still read', visible: '`kafka`, `otelfile`' },
  { quirk: 'Q98', theirs: 'may end before Kafka has everything', ours: 'a page counts as sent when the brokers have acknowledged it', visible: '`kafka`' },
  { quirk: 'Q100', theirs: 'the keys and environment variables of its first release have no effect', ours: 'they are accepted, with a warning that names the new key', visible: 'pipeline files, environment' },
]

/** Quirks that are retained because rules and readers rely on them; some cause a warning. */
// biome-ignore format: a table
export const RETAINED_QUIRKS: ReadonlyMap<string, string> = new Map([
  ['Q17', 'of the records of one process a MODIFIED one beats a CREATED one, which beats a REUP one, whatever their times'],
  ['Q19', 'events of unknown processes and files are passed on with empty values (and counted)'],
  ['Q31', 'the command line of a process without arguments ends in a blank'],
  ['Q37', 'the name of an unknown process, and the name and directory of an unknown file, is `.`'],
  ['Q41', 'keywords and words of priority are values only in quotes (the error says so)'],
  ['Q52', 'which of several definitions of a name a rule sees depends on its place'],
  ['Q53', 'of a key that is given twice the first one is used (with a warning)'],
  ['Q54', 'an `enabled` that cannot be read is true (with a warning)'],
  ['Q77', 'versions and cluster id are set by the program and beat the file and the environment (with a warning)'],
  ['Q94', '`privileged` is 0 or 1 in JSON and true or false in ECS'],
])

/** Parts that this release does not have yet, and their quirks. */
export const PLANNED_PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Sigma rules', ['Q38', 'Q56', 'Q57', 'Q58', 'Q59', 'Q60', 'Q61', 'Q62', 'Q63', 'Q64', 'Q65', 'Q66', 'Q67']],
  ['rate limiter: `filter.enabled` may only be off', ['Q89', 'Q90', 'Q91']],
  ['example plugins', ['Q99']],
  ['printer and query language', ['Q104', 'Q105', 'Q106', 'Q107', 'Q108']],
])

/** Quirks without a visible effect, and quirks of the first release only that are not reproduced. */
export const INVISIBLE_QUIRKS: readonly string[] = ['Q01', 'Q101', 'Q102', 'Q103']

// biome-ignore format: a table
export const OTHER_DIFFERENCES: readonly OtherDifference[] = [
  { about: 'Log records of OpenTelemetry', theirs: 'a program of their own, chosen when it is compiled; rules judge a resource with all its records; only `False` is false', ours: 'the same program; rules judge each log record; `false` is false, too', page: 'opentelemetry.md' },
  { about: 'Elasticsearch', theirs: 'a record that is there already counts as failed, and failed records are never sent again', ours: 'it counts as safe; what may succeed later is sent again, record by record', page: 'targets/elasticsearch.md' },
  { about: 'Syslog', theirs: 'the application is the path that the program was started by; a line break in a record would begin another message; a record that fails twice is lost', ours: 'it is `sfprocessor`, or `syslog.app`; control characters are escaped; records are sent again for `retry.seconds`, and with `syslog.confirm` until the server has read them', page: 'targets/syslog.md' },
  { about: 'Names of Falco', theirs: '`fd.name` is the base name, `fd.sip` the source, `fd.l4proto` a number, `proc.cmdline` has the whole path, `proc.aname` the process itself, `evt.rawres` is the record type', ours: 'they mean what Falco documents', page: 'decisions/falco-names.md' },
  { about: 'Fields of Falco that SysFlow cannot answer', theirs: 'texts that equal nothing, so that `not user.loginuid = 5` is always true', ours: 'neither true nor false; a rule that needs one is reported as inactive', page: 'decisions/unavailable-fields.md' },
  { about: 'Use before definition', theirs: 'a macro or list that a later file defines is unknown', ours: 'it is found; within a file and towards earlier files the same definition counts', page: 'rules.md' },
  { about: 'Kubernetes attributes', theirs: '`sf.ke.action` and `sf.ke.kind` of other records read K8S_COMPONENT_ADDED and K8S_NODES', ours: 'they are empty', page: 'attributes.md' },
  { about: 'Rule files', theirs: 'are read by the words of its own grammar alone', ours: 'are read as YAML, with block lists, anchors and comments; a file that is not YAML is read by that grammar, with a warning', page: 'rules.md' },
  { about: 'Mistakes in rule files', theirs: 'many are passed over in silence or with a line in the log', ours: 'all mistakes of all files are reported at once, each with its place', page: 'rules.md' },
  { about: 'Further operators', theirs: 'none', ours: '`glob` and `regex` (RE2 syntax)', page: 'rules.md' },
  { about: 'Names misspelt in rule files in circulation', theirs: 'compared as texts', ours: '`sf.proc.username`, `sf.schema` and a few more are read as what is meant, with a warning', page: 'attributes.md' },
  { about: 'Service and image', theirs: 'the service runs as root and is killed; the image has a default command of a shell, on Red Hat UBI', ours: 'the service has a user without rights and is asked to end; arguments of a container go to the program, on Debian; the image can be asked for its health', page: 'deployment.md' },
  { about: 'Several traces in a folder', theirs: 'in the order of their letters, `t.10` before `t.2`', ours: 'in natural order, `t.2` before `t.10`; the same for names of equal length', page: 'components/driver-file.md' },
  { about: 'Unknown settings', theirs: 'ignored', ours: 'an error with the nearest known one', page: 'pipeline.md' },
  { about: 'Keys of release 0.1.0', theirs: '`path`, `proto`, `tag`, `source`, `host` and `port` have no effect; the modes `filter` and `bypass` mean enrich', ours: 'accepted with a warning, `bypass` as enrich without rules; `type` is accepted as `telemetry`, `alert`, `batch` (no effect) or as the name of a transport', page: 'components/processor-exporter.md' },
  { about: 'JSON of release 0.1.0', theirs: '`flat` and `batch` are gone', ours: '`flat` writes JSON of one level again; the grouped form of `batch` is not written', page: 'components/processor-exporter.md' },
  { about: 'Option `-input`', theirs: 'not known', ours: 'accepted as the old name of `-driver`', page: 'command-line.md' },
  { about: 'End of a run', theirs: 'records are not accounted for', ours: 'the record counts of every stage are printed and must add up; exit status 3 if not', page: 'decisions/ledger.md' },
]
