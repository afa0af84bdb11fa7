// SPDX-License-Identifier: Apache-2.0

import { printable } from '../../../../core/terminal/printable.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { ProcessContext } from '../../../process/process-context.js'
import type { commandLineProgram as commandLine } from '../../command-line-options.js'
import type { CompletionCandidate, Completions } from './candidate.js'
import { quoted, unquoted } from './quoting.js'
import { completerFor, type ValueCompleter } from './value-completers.js'

type Command = ReturnType<typeof commandLine>

/**
 * Answers a request of a script: `SHELL WORD...`; the last word is the one under the cursor, up to the cursor. The first line of
 * the answer states which paths fit as well. Each further line is a complete word, and a tab and a description if it has one.
 */
export async function printCompletions(
  [shell = '', ...typed]: readonly string[],
  program: Command,
  context: ProcessContext,
): Promise<ExitCode> {
  const words = typed.map(word => (shell === 'zsh' ? word : unquoted(word)))
  const raw = typed.at(-1) ?? ''
  const { pathKind, isPartial, candidates } = await complete(words, program, context)
  // Names may come from files: words with control characters or line ends are not offered.
  const safe = candidates.filter(({ word }) => printable(word) === word && !word.includes('\n'))
  const lines = safe.map(({ word, description }) =>
    description ? `${quoteForShell(word)}\t${printable(firstSentence(description))}` : quoteForShell(word),
  )
  context.stdout.write(`${[isPartial ? `${pathKind} open` : pathKind, ...lines].join('\n')}\n`)
  return EXIT.ok

  /** Bash only; the other two shells quote by themselves. */
  function quoteForShell(word: string): string {
    return shell === 'bash' ? quoted(word, raw) : word
  }
}

/** Candidates for the last of `words`, the words after the program name. */
export async function complete(words: readonly string[], program: Command, context: ProcessContext): Promise<Completions> {
  const current = words.at(-1) ?? ''
  if (words[0] === HELP && words.length > 1) {
    const { command } = parseWords(words.slice(1, -1), program)
    return { pathKind: 'none', candidates: startingWith(commandsOf(command), current) }
  }
  const { command, given, pendingOption, hasOptionsEnded } = parseWords(words.slice(0, -1), program)
  if (pendingOption) return completionsOf(completerFor(pendingOption), current, context)
  const [, name, partialWord] = /^(--?[\w-]+)=(.*)$/s.exec(current) ?? []
  if (name !== undefined && !hasOptionsEnded) {
    const option = findOption(name, command)
    return option ? withPrefix(`${name}=`, await completionsOf(completerFor(option), partialWord ?? '', context)) : NO_COMPLETIONS
  }
  if (current.startsWith('-') && !hasOptionsEnded)
    return { pathKind: 'none', candidates: startingWith(optionsOf(command, current), current) }
  const help = command === program ? [{ word: HELP, description: 'show the help of a command' }] : []
  const commands = given.length === 0 && !hasOptionsEnded ? [...commandsOf(command), ...help] : []
  const argument = command.registeredArguments[given.length] ?? command.registeredArguments.findLast(({ variadic }) => variadic)
  const values = argument ? await completionsOf(completerFor(argument, given), current, context) : NO_COMPLETIONS
  return { ...values, candidates: [...startingWith(commands, current), ...values.candidates] }
}

interface ParsedWords {
  readonly command: Command
  /** Positional arguments so far. */
  readonly given: readonly string[]
  /** The option that still needs its value. */
  readonly pendingOption: Option | undefined
  /** No option may follow. */
  readonly hasOptionsEnded: boolean
}

function parseWords(words: readonly string[], program: Command): ParsedWords {
  let command = program
  let given: string[] = []
  let hasOptionsEnded = false
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (hasOptionsEnded || word === '-' || !word.startsWith('-')) {
      const subcommand =
        given.length === 0 && !hasOptionsEnded ? command.commands.find(candidate => candidate.name() === word) : undefined
      if (subcommand) command = subcommand
      else {
        given = [...given, word]
        // After the first path of a run, all arguments are paths.
        hasOptionsEnded ||= command === program
      }
    } else if (word === '--') hasOptionsEnded = true
    else if (!word.includes('=')) {
      const option = findOption(word, command)
      if (!option || option.isBoolean()) continue
      if (index === words.length - 1) return { command, given, pendingOption: option, hasOptionsEnded }
      index++
    }
  }
  return { command, given, pendingOption: undefined, hasOptionsEnded }
}

type Option = Command['options'][number]

const findOption = (word: string, command: Command): Option | undefined =>
  command.options.find(({ long, short }) => word === short || word.replace(/^--?/, '--') === long)

/** Options with as many dashes as typed. A command that accepts options of its parent offers them even if its help omits them. */
function optionsOf(command: Command, current: string): CompletionCandidate[] {
  const dash = current.startsWith('--') ? '--' : '-'
  const isOffered = (option: Option): boolean =>
    !option.hidden || command.parent?.options.some(({ long, hidden }) => long === option.long && !hidden) === true
  const ownOptions = command.options
    .filter(isOffered)
    .map(({ long, description }) => ({ word: dash + withoutDashes(long), description: description }))
  return [...ownOptions, { word: `${dash}help`, description: 'show the help' }]
}

const withoutDashes = (long: string | undefined): string => (long ?? '').replace(/^--/, '')

const commandsOf = ({ commands }: Command): CompletionCandidate[] =>
  commands.map(command => ({ word: command.name(), description: command.description() }))

/** `help COMMAND`, which is not a command object. */
const HELP = 'help'

async function completionsOf(completer: ValueCompleter, current: string, context: ProcessContext): Promise<Completions> {
  // An error message would appear in the line that is being typed; running the command reports the error.
  const { pathKind = 'none', candidates: candidatesIn, listPattern, isPartial } = completer
  const [, before = '', partialWord = current] = listPattern?.exec(current) ?? []
  const known = candidatesIn ? await candidatesIn(context).catch(() => []) : []
  const given = new Set(before.split(',').filter(word => word !== ''))
  const candidates = startingWith(
    known.filter(({ word }) => !given.has(word)),
    partialWord,
  )
  return withPrefix(before, { pathKind, candidates, ...(isPartial && { isPartial }) })
}

const startingWith = (candidates: readonly CompletionCandidate[], current: string): CompletionCandidate[] =>
  candidates.filter(({ word }) => word.startsWith(current))

const withPrefix = (before: string, values: Completions): Completions => ({
  ...values,
  candidates: values.candidates.map(({ word, description }) => ({ word: before + word, description })),
})

const NO_COMPLETIONS: Completions = { pathKind: 'none', candidates: [] }

/** One line without a tab, not longer than the width of a terminal. */
function firstSentence(text: string): string {
  const [sentence = ''] = text.replace(/\s+/g, ' ').split(/(?<=\.) |; /)
  return sentence.length > 90 ? `${sentence.slice(0, 89)}…` : sentence
}
