// SPDX-License-Identifier: Apache-2.0
import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { Fault } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import type { World } from '../../../pipeline/prepare.js'

export interface Question {
  /** What is asked for, as part of a sentence: `kind`, `name of the plugin`. */
  readonly what: string
  /** How it is given on the command line, for whoever cannot be asked. */
  readonly flag: string
  readonly default?: string | undefined
  readonly choices?: readonly string[]
  /** Why an answer will not do; undefined: it will. */
  objection?(answer: string): string | undefined
}

/** A person who can be asked. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

/** The terminal that the program was started from; undefined if there is none at either end, or nothing is to be asked. */
export const terminalOf = ({ stdout }: World, isSilent: boolean): Terminal | undefined =>
  !isSilent && stdout === process.stdout && process.stdin.isTTY && process.stdout.isTTY
    ? { input: process.stdin, output: process.stdout }
    : undefined

/** Finds out what is not given: by asking where there is a terminal, else by the defaults. */
export class Questions {
  readonly #terminal: Terminal | undefined
  #lines: Interface | undefined

  constructor(terminal: Terminal | undefined) {
    this.#terminal = terminal
  }

  /** Throws a fault if what was given will not do, if nobody can be asked and there is no default, or if it is given up. */
  async answer(question: Question, given: string | undefined): Promise<string> {
    // An empty value is as good as none: scripts pass options with unset variables.
    if (given) return checked(question, given)
    if (!this.#terminal) {
      if (question.default !== undefined) return checked(question, question.default)
      throw new Fault('SFP_CREATE_MISSING', { what: question.what, flag: question.flag })
    }
    for (;;) {
      const answer = (await this.#ask(prompt(question))).trim() || question.default || ''
      const objection = answer === '' ? 'an answer is needed' : objectionTo(question, answer)
      if (objection === undefined) return answer
      this.#terminal.output.write(`  ${objection}\n`)
    }
  }

  close(): void {
    this.#lines?.close()
  }

  async #ask(text: string): Promise<string> {
    const terminal = this.#terminal as Terminal
    this.#lines ??= createInterface({ ...terminal, terminal: true })
    const giveUp = new AbortController()
    const stop = (): void => giveUp.abort()
    // Ctrl-C, and Ctrl-D or the end of the input.
    this.#lines.once('SIGINT', stop).once('close', stop)
    try {
      return await this.#lines.question(text, { signal: giveUp.signal })
    } catch (error) {
      if (!giveUp.signal.aborted) throw error
      terminal.output.write('\n')
      throw new Fault('SFP_CREATE_CANCELLED')
    } finally {
      this.#lines.off('SIGINT', stop).off('close', stop)
    }
  }
}

function prompt({ what, choices, default: usual }: Question): string {
  const among = choices ? ` (${choices.join(', ')})` : ''
  return `${what}${among}${usual === undefined ? '' : ` [${usual}]`}: `
}

function checked(question: Question, value: string): string {
  const reason = objectionTo(question, value)
  if (reason !== undefined) throw new Fault('SFP_CREATE_VALUE', { value, what: question.what, reason }, { where: question.flag })
  return value
}

function objectionTo({ choices, objection }: Question, answer: string): string | undefined {
  if (choices && !choices.includes(answer)) {
    const meant = nearest(answer, choices)
    return `${meant === undefined ? '' : `did you mean "${meant}"? `}It is one of ${choices.join(', ')}`
  }
  return objection?.(answer)
}
