// SPDX-License-Identifier: Apache-2.0

export interface MetricFamily {
  readonly type: string
  readonly help: string
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
}

/**
 * Parses the Prometheus text format, version 0.0.4, more strictly than servers do. Throws if a line is invalid, a family occurs
 * in two places or without HELP and TYPE, or two samples have the same labels.
 */
export function parsedExposition(text: string): ReadonlyMap<string, MetricFamily> {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, MetricFamily>()
  const seen = new Set<string>()
  let help: { readonly name: string; readonly text: string } | undefined
  let current = ''
  for (const line of text.split('\n').slice(0, -1)) {
    const [, helped, helpText = ''] = /^# HELP ([a-zA-Z_:][\w:]*) ((?:[^\\\n]|\\\\|\\n)*)$/.exec(line) ?? []
    const [, typed, type = ''] = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? []
    if (helped !== undefined) help = { name: helped, text: helpText }
    else if (typed !== undefined) {
      if (help?.name !== typed) throw new Error(`${typed} has no HELP before its TYPE`)
      if (families.has(typed)) throw new Error(`${typed} comes in two places`)
      families.set(typed, { type, help: help.text, samples: [] })
      current = typed
    } else {
      const { name, labels, value } = sampleOf(line)
      if (name !== current) throw new Error(`${name} stands under ${current}`)
      if (families.get(name)?.type === 'counter' && !name.endsWith('_total'))
        throw new Error(`the counter ${name} does not end in _total`)
      const identity = JSON.stringify([name, Object.entries(labels).sort()])
      if (seen.has(identity)) throw new Error(`two samples are ${identity}`)
      seen.add(identity)
      families.get(name)?.samples.push({ labels, value })
    }
  }
  return families
}

function sampleOf(line: string): { name: string; labels: Record<string, string>; value: number } {
  const [head, name = ''] = /^([a-zA-Z_:][\w:]*)/.exec(line) ?? []
  if (head === undefined) throw new Error(`this is no line of the format: ${line}`)
  let at = name.length
  const labels: Record<string, string> = {}
  if (line[at] === '{') {
    const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"([,}])/y
    label.lastIndex = at + 1
    for (;;) {
      const [whole, key, value, separator] = label.exec(line) ?? []
      if (whole === undefined || key === undefined || value === undefined) throw new Error(`labels are not closed: ${line}`)
      if (Object.hasOwn(labels, key)) throw new Error(`the label ${key} comes twice: ${line}`)
      labels[key] = value.replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign))
      at = label.lastIndex
      if (separator === '}') break
    }
  }
  const [, number] = /^ ([+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/.exec(line.slice(at)) ?? []
  if (number === undefined) throw new Error(`this is no value: ${line}`)
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) }
}
