// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Page, Refusal } from '../../../../core/contract/exporter.js'
import { Ledger } from '../../../../core/contract/ledger.js'
import type { Host } from '../../../../core/contract/stage.js'
import { Fault } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { decodeLetter, encodeLetter } from '../../../../core/exporter/dead-letters.js'
import { Delivery } from '../../../../core/exporter/delivery.js'
import { joinedPage, recordOf } from '../../../../core/exporter/part-of-page.js'
import { type Target, targetOf } from '../../../../core/exporter/target.js'
import { DISK } from '../../../../core/spool/disk-files.js'
import { Spool } from '../../../../core/spool/spool.js'
import { paintOn } from '../../colour.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { Log } from '../../../process/log.js'
import { packageVersion } from '../../../process/package.js'
import { UNWIRED } from '../../../pipeline/build.js'
import { prepare, type World } from '../../../pipeline/prepare.js'
import { runSettings } from '../../run-options.js'
import type { Call } from '../command.js'
import { surveyed } from './look.js'

/** Delivers what waits in a folder, each page once, and acknowledges what was taken. What is refused again stays there. */
export async function replay({ arguments: [given = ''], options }: Call, world: World): Promise<ExitCode> {
  const folder = resolve(world.directory, given)
  const { waiting, bytes } = await surveyed(folder)
  const log = new Log('warn', world.stderr, 'text', paintOn(world.stderr, world.environment))
  const tell = (fault: Error): void => log.fault('spool', fault)
  const target = await targetFor(String(options.stage), options.config, world, tell, log)
  // Room for what is refused again.
  const room = Math.max(2 * bytes, LARGEST_SEGMENT * 8)
  const settings = {
    folder,
    bytes: room,
    segmentBytes: LARGEST_SEGMENT,
    sync: 'always',
    syncEvery: 500,
    whenFull: 'block',
  } as const
  const spool = new Spool(DISK, settings, tell)
  await spool.open()
  try {
    const { delivered, refused } = await deliver(spool, waiting, target, world, tell)
    world.stdout.write(`${delivered} records delivered, ${refused} refused, ${spool.figures.waiting} wait\n`)
    return spool.figures.waiting === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await spool.close()
    await target.transport.close()
    await log.close()
  }
}

/** The largest letter that a folder of dead letters takes fits into it. */
const LARGEST_SEGMENT = 64 * 1024 * 1024

async function targetFor(stage: string, config: unknown, world: World, fault: Host['fault'], log: Log): Promise<Target> {
  const settings = runSettings({ config: typeof config === 'string' ? config : undefined, test: true })
  const { wiring } = await prepare(settings, world)
  const exporters = wiring.stages.filter(({ plugin }) => plugin.name === 'exporter')
  const found = exporters.find(({ name }) => name === stage)
  const known = exporters.map(({ name }) => name)
  if (!found) throw new Fault('SFP_SPOOL_STAGE', { stage, nearest: nearest(stage, known) ?? '', known: known.join(', ') })
  const { without } = settings
  const host: Host = { log: log.of(stage), stage, directory: world.directory, without, ...UNWIRED, fault }
  const { components } = wiring
  return targetOf(found.options, { terminal: world.stdout, version: packageVersion(), components, host })
}

async function deliver(
  spool: Spool,
  waiting: number,
  { transport, retry, atOnce }: Target,
  { stop, abort }: World,
  tell: (fault: Error) => void,
): Promise<{ delivered: number; refused: number }> {
  const ledger = new Ledger()
  let again: Uint8Array[] = []
  let raw: Page | undefined
  const deadLetters = {
    async put(page: Page, refusals: readonly Refusal[]) {
      again.push(...refusals.map(({ record, reason }) => refusedAgain(recordOf(page, record), reason, raw)))
    },
    async close() {},
  }
  let isAway = false
  const hear = (fault: Error): void => {
    isAway ||= fault instanceof Fault && (fault.isTemporary || fault.code === 'SFP_DELIVERY_AGAIN')
    tell(fault)
  }
  const delivery = new Delivery(transport, ledger, hear, { retry, deadLetters })
  await delivery.open()
  delivery.begin()
  let refused = 0
  for (let taken = 0; taken < waiting && !stop.aborted; ) {
    const read = await spool.next(atOnce, abort)
    if (!read) break
    again = []
    raw = read.page
    const before = ledger.passed
    ledger.taken += read.page.length
    ledger.held += read.page.length
    await delivery.send(contentsOf(read.page), abort)
    // They stay where they are, and what follows too.
    if (isAway && ledger.passed === before) break
    isAway = false
    if (again.length > 0) await spool.append(joinedPage(again), abort)
    refused += again.length
    taken += read.page.length
    await spool.acknowledge(read.last)
  }
  await delivery.finish(abort)
  return { delivered: ledger.passed, refused }
}

/** Dead letters without what is written on them. */
const contentsOf = (page: Page): Page =>
  joinedPage(
    Array.from({ length: page.length }, (_, record) => decodeLetter(recordOf(page, record))?.record ?? recordOf(page, record)),
  )

/** A letter stays one, with its new reason. */
function refusedAgain(record: Uint8Array, reason: string, raw: Page | undefined): Uint8Array {
  const first = raw && decodeLetter(recordOf(raw, 0))
  return first ? encodeLetter({ time: new Date().toISOString(), stage: first.stage, reason, record }) : record
}
