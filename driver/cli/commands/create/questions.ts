// SPDX-License-Identifier: Apache-2.0

import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { Fault } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import type { ProcessContext } from '../../../process/process-context.js'

export interface SetupQuestion {
  /** The answer's name in messages: `kind`, `name of the plugin`. */
  readonly label: string
  /** The option or argument of the command line that gives the answer. */
  readonly flag: string
  readonly default?: string | undefined
  readonly choices?: readonly string[]
  /** Why an answer is invalid; undefined: it is valid. */
  validate?(answer: string): string | undefined
}

/** Where questions are asked. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

/** The terminal of the program; undefined if input or output is no terminal, or if no questions are wanted. */
export const terminalOf = ({ stdout }: ProcessContext, isSilent: boolean): Terminal | undefined =>
  !isSilent && stdout === process.stdout && process.stdin.isTTY && process.stdout.isTTY
    ? { input: process.stdin, output: process.stdout }
    : undefined

/** Completes missing answers: by questions on a terminal, else from defaults. */
export class QuestionPrompter {
  readonly #terminal: Terminal | undefined
  #lines: Interface | undefined

  constructor(terminal: Terminal | undefined) {
    this.#terminal = terminal
  }

  /** Throws a fault if the given answer is invalid, if there is neither a terminal nor a default, or on cancellation. */
  async answer(question: SetupQuestion, given: string | undefined): Promise<string> {
    // An empty value counts as none, since scripts pass options with unset variables.
    if (given) return validated(question, given)
    if (!this.#terminal) {
      if (question.default !== undefined) return validated(question, question.default)
      throw new Fault('SFP_CREATE_MISSING', { what: question.label, flag: question.flag })
    }
    for (;;) {
      const answer = (await this.#ask(prompt(question))).trim() || question.default || ''
      const error = answer === '' ? 'an answer is required' : answerError(question, answer)
      if (error === undefined) return answer
      this.#terminal.output.write(`  ${error}\n`)
    }
  }

  close(): void {
    this.#lines?.close()
  }

  async #ask(text: string): Promise<string> {
    const terminal = this.#terminal as Terminal
    this.#lines ??= createInterface({ ...terminal, terminal: true })
    const cancellation = new AbortController()
    const cancel = (): void => cancellation.abort()
    // Ctrl-C, and Ctrl-D or the end of the input.
    this.#lines.once('SIGINT', cancel).once('close', cancel)
    try {
      return await this.#lines.question(text, { signal: cancellation.signal })
    } catch (error) {
      if (!cancellation.signal.aborted) throw error
      terminal.output.write('\n')
      throw new Fault('SFP_CREATE_CANCELLED')
    } finally {
      this.#lines.off('SIGINT', cancel).off('close', cancel)
    }
  }
}

function prompt({ label, choices, default: defaultValue }: SetupQuestion): string {
  const choicesText = choices ? ` (${choices.join(', ')})` : ''
  return `${label}${choicesText}${defaultValue === undefined ? '' : ` [${defaultValue}]`}: `
}

function validated(question: SetupQuestion, value: string): string {
  const reason = answerError(question, value)
  if (reason !== undefined) throw new Fault('SFP_CREATE_VALUE', { value, what: question.label, reason }, { where: question.flag })
  return value
}

function answerError({ choices, validate }: SetupQuestion, answer: string): string | undefined {
  if (choices && !choices.includes(answer)) {
    const suggestion = nearest(answer, choices)
    return `${suggestion === undefined ? '' : `did you mean "${suggestion}"? `}It must be one of ${choices.join(', ')}`
  }
  return validate?.(answer)
}
