// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runSimulate } from '../../plugins/sysflow/scenario/simulate-command.js'
import { cachedInput } from './cached-input.js'

/** The paths of traces and rules. */
export interface InputPaths {
  /** Events of a container's files, of a web server under load, of one small program. */
  readonly container: string
  readonly web: string
  readonly small: string
  readonly rules: string
  /** Rules of Falco, if available. */
  readonly falco?: string
  /** A note on the inputs below the table. */
  readonly note?: string
}

/** The recorded traces next to the project (SF_SHARED, ../shared); if they are missing, a scenario and rules of the project. */
export async function inputPaths(): Promise<InputPaths> {
  const shared = process.env.SF_SHARED ?? resolve('..', 'shared')
  if (existsSync(join(shared, 'traces')))
    return {
      container: join(shared, 'traces/processor/1621959914'),
      web: join(shared, 'traces/processor/mon.1531776742.sf'),
      small: join(shared, 'traces/processor/tcp.sf'),
      rules: join(shared, 'policies/runtimeintegrity'),
      falco: join(shared, 'policies/falco'),
    }
  const trace = await cachedInput('webshell.sf', path => {
    runSimulate('resources/scenarios/webshell.yaml', path)
  })
  const note = `**Not the recorded traces**: ${shared} is not here, so the scenario webshell.yaml and the rules of policies/attack are used instead.`
  return { container: trace, web: trace, small: trace, rules: resolve('policies/attack'), note }
}
