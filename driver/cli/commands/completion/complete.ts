// SPDX-License-Identifier: Apache-2.0
import { printable } from '../../../../core/terminal/printable.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { options as commandLine } from '../../options.js'
import type { World } from '../../../pipeline/prepare.js'
import { quoted, unquoted } from './quoting.js'
import { type Candidate, type Meaning, meaningOf, type Values } from './values.js'

type Command = ReturnType<typeof commandLine>

/**
 * What a script asks: `SHELL WORD...`, the last word being the one under the cursor, up to the cursor. The answer is a line
 * that says what else fits, then a word a line, whole, with a tabulator and a remark behind it if there is something to say.
 */
export async function answer([shell = '', ...typed]: readonly string[], program: Command, world: World): Promise<ExitCode> {
  const words = typed.map(word => (shell === 'zsh' ? word : unquoted(word)))
  const raw = typed.at(-1) ?? ''
  const { also, isOpen, candidates } = await complete(words, program, world)
  // Names come from files, too: what would drive the terminal or end a line is not offered.
  const safe = candidates.filter(({ word }) => printable(word) === word && !word.includes('\n'))
  const lines = safe.map(({ word, says }) => (says ? `${written(word)}\t${printable(firstSentence(says))}` : written(word)))
  world.stdout.write(`${[isOpen ? `${also} open` : also, ...lines].join('\n')}\n`)
  return EXIT.ok

  /** The other two quote by themselves. */
  function written(word: string): string {
    return shell === 'bash' ? quoted(word, raw) : word
  }
}

/** What may stand in the place of the last of `words`, those behind the program's name. */
export async function complete(words: readonly string[], program: Command, world: World): Promise<Values> {
  const current = words.at(-1) ?? ''
  if (words[0] === HELP && words.length > 1) {
    const { command } = walk(words.slice(1, -1), program)
    return { also: 'none', candidates: fitting(commandsOf(command), current) }
  }
  const { command, given, pending, isOver } = walk(words.slice(0, -1), program)
  if (pending) return valuesOf(meaningOf(pending), current, world)
  const [, name, begun] = /^(--?[\w-]+)=(.*)$/s.exec(current) ?? []
  if (name !== undefined && !isOver) {
    const option = optionCalled(name, command)
    return option ? behind(`${name}=`, await valuesOf(meaningOf(option), begun ?? '', world)) : NOTHING
  }
  if (current.startsWith('-') && !isOver) return { also: 'none', candidates: fitting(optionsOf(command, current), current) }
  const help = command === program ? [{ word: HELP, says: 'tell of a command' }] : []
  const commands = given.length === 0 && !isOver ? [...commandsOf(command), ...help] : []
  const argument = command.registeredArguments[given.length] ?? command.registeredArguments.findLast(({ variadic }) => variadic)
  const values = argument ? await valuesOf(meaningOf(argument, given), current, world) : NOTHING
  return { ...values, candidates: [...fitting(commands, current), ...values.candidates] }
}

interface Walk {
  readonly command: Command
  /** Positional arguments so far. */
  readonly given: readonly string[]
  /** The option that waits for its value. */
  readonly pending: Option | undefined
  /** No option may follow. */
  readonly isOver: boolean
}

function walk(words: readonly string[], program: Command): Walk {
  let command = program
  let given: string[] = []
  let isOver = false
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (isOver || word === '-' || !word.startsWith('-')) {
      const inner = given.length === 0 && !isOver ? command.commands.find(candidate => candidate.name() === word) : undefined
      if (inner) command = inner
      else {
        given = [...given, word]
        // Behind the first path of a run everything is a path.
        isOver ||= command === program
      }
    } else if (word === '--') isOver = true
    else if (!word.includes('=')) {
      const option = optionCalled(word, command)
      if (!option || option.isBoolean()) continue
      if (index === words.length - 1) return { command, given, pending: option, isOver }
      index++
    }
  }
  return { command, given, pending: undefined, isOver }
}

type Option = Command['options'][number]

const optionCalled = (word: string, command: Command): Option | undefined =>
  command.options.find(({ long, short }) => word === short || word.replace(/^--?/, '--') === long)

/** With as many dashes as were begun with. A command that takes the options of its parent shows them here, if not in its help. */
function optionsOf(command: Command, current: string): Candidate[] {
  const dash = current.startsWith('--') ? '--' : '-'
  const isOffered = (option: Option): boolean =>
    !option.hidden || command.parent?.options.some(({ long, hidden }) => long === option.long && !hidden) === true
  const own = command.options.filter(isOffered).map(({ long, description }) => ({ word: dash + bare(long), says: description }))
  return [...own, { word: `${dash}help`, says: 'show the help' }]
}

const bare = (long: string | undefined): string => (long ?? '').replace(/^--/, '')

const commandsOf = ({ commands }: Command): Candidate[] =>
  commands.map(command => ({ word: command.name(), says: command.description() }))

/** `help COMMAND`, which is no command of its own. */
const HELP = 'help'

async function valuesOf(meaning: Meaning, current: string, world: World): Promise<Values> {
  // What is broken would be told into the line that is being typed; whoever runs it is told then.
  const { also = 'none', words, isList, isOpen } = meaning
  const [, before = '', begun = current] = isList?.exec(current) ?? []
  const known = words ? await words(world).catch(() => []) : []
  const given = new Set(before.split(',').filter(word => word !== ''))
  const candidates = fitting(
    known.filter(({ word }) => !given.has(word)),
    begun,
  )
  return behind(before, { also, candidates, ...(isOpen && { isOpen }) })
}

const fitting = (candidates: readonly Candidate[], current: string): Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(current))

const behind = (before: string, values: Values): Values => ({
  ...values,
  candidates: values.candidates.map(({ word, says }) => ({ word: before + word, says })),
})

const NOTHING: Values = { also: 'none', candidates: [] }

/** One line without a tabulator, and not longer than terminals are wide. */
function firstSentence(text: string): string {
  const [sentence = ''] = text.replace(/\s+/g, ' ').split(/(?<=\.) |; /)
  return sentence.length > 90 ? `${sentence.slice(0, 89)}…` : sentence
}
