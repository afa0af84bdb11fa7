// SPDX-License-Identifier: Apache-2.0

export type Labels = Readonly<Record<string, string>>

/** Metrics in the Prometheus text format, version 0.0.4. The program defines the names; label values may hold any text. */
export class Exposition {
  #text = ''

  /** A family without samples is omitted. Each sample of a family must have different labels. */
  family(name: string, type: 'counter' | 'gauge', help: string, samples: Iterable<readonly [Labels, number]>): void {
    let lines = ''
    for (const [labels, value] of samples) lines += `${name}${labelsText(labels)} ${valueText(value)}\n`
    if (lines === '') return
    this.#text += `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}\n# TYPE ${name} ${type}\n${lines}`
  }

  gauge(name: string, help: string, value: number, labels: Labels = {}): void {
    this.family(name, 'gauge', help, [[labels, value]])
  }

  counter(name: string, help: string, value: number): void {
    this.family(name, 'counter', help, [[{}, value]])
  }

  get text(): string {
    return this.#text
  }
}

export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\\n"]/g, escaped)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (character: string): string => (character === '\n' ? '\\n' : `\\${character}`)

function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
