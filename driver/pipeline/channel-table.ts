// SPDX-License-Identifier: Apache-2.0
import type { FaultCode } from '../../core/errors/catalogue.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { faultLocationOf, type Setting } from '../config/settings.js'
import type { ChannelPlan } from './wiring.js'

/** The channels that stages and drivers name; the first one to name a channel sets its type, and all others must agree. */
export class ChannelTable {
  readonly faults: Fault[] = []
  readonly #mentions = new Map<
    string,
    { readonly channel: ChannelPlan; readonly component: string; readonly at: ReturnType<typeof faultLocationOf> }
  >()
  readonly #senders = new Set<string>()
  readonly #receivers = new Set<string>()
  readonly #types: readonly string[]

  constructor(types: readonly string[]) {
    this.#types = types
  }

  get channels(): ReadonlyMap<string, ChannelPlan> {
    return new Map([...this.#mentions].map(([name, { channel }]) => [name, channel]))
  }

  /** The channels of an `in` or `out`: "NAME TYPE", or an array of these. `acceptedTypes`: types that the component supports. */
  addMentions(setting: Setting, component: string, side: 'read' | 'write', acceptedTypes: readonly string[]): ChannelPlan[] {
    const texts = Array.isArray(setting.value) ? setting.value : [setting.value]
    const channels = texts
      .map(text => this.#parse(text, setting, component, side, acceptedTypes))
      .filter(channel => channel !== undefined)
    const types = [...new Set(channels.map(channel => channel.type))]
    if (types.length > 1 && types.every(type => acceptedTypes.includes(type))) {
      this.#addFault('SFP_CHANNEL_MIXED_TYPES', { component, verb: `${side}s`, types: types.join(', ') }, setting)
    }
    return [...new Map(channels.map(channel => [channel.name, channel])).values()]
  }

  /** A driver without a section writes to this channel. */
  addSender(channel: ChannelPlan): void {
    this.#senders.add(channel.name)
  }

  /** Must be called after all channels have been added. */
  checkEnds(): void {
    for (const [name, { channel, at }] of this.#mentions) {
      if (!this.#senders.has(name)) this.faults.push(new Fault('SFP_CHANNEL_WITHOUT_SENDER', { name, type: channel.type }, at))
      if (!this.#receivers.has(name))
        this.faults.push(new Fault('SFP_CHANNEL_WITHOUT_RECEIVER', { name, type: channel.type }, at))
    }
  }

  #parse(
    text: unknown,
    setting: Setting,
    component: string,
    side: 'read' | 'write',
    acceptedTypes: readonly string[],
  ): ChannelPlan | undefined {
    const words = typeof text === 'string' ? text.trim().split(/\s+/) : []
    const [name, type] = words
    if (!name || !type || words.length > 2) {
      const example = `${name || 'events'} ${acceptedTypes[0] ?? this.#types[0] ?? 'TYPE'}`
      this.#addFault('SFP_CHANNEL_TEXT', { text: typeof text === 'string' ? text : JSON.stringify(text), example }, setting)
      return undefined
    }
    if (!this.#types.includes(type)) {
      const details = { type, nearest: nearest(type, this.#types) ?? '', known: this.#types.join(', ') }
      this.#addFault('SFP_CHANNEL_UNKNOWN_TYPE', details, setting)
      return undefined
    }
    if (!acceptedTypes.includes(type)) {
      this.#addFault(
        'SFP_CHANNEL_WRONG_TYPE',
        { component, verb: side, name, type, expected: acceptedTypes.join(' or ') },
        setting,
      )
      return undefined
    }
    const known = this.#mentions.get(name)
    if (!known) this.#mentions.set(name, { channel: { name, type }, component, at: faultLocationOf(setting.origin) })
    else if (known.channel.type !== type) {
      const details = { name, component, type, other: known.channel.type, otherComponent: known.component }
      this.#addFault('SFP_CHANNEL_TYPE_CLASH', details, setting)
    }
    const endNames = side === 'read' ? this.#receivers : this.#senders
    endNames.add(name)
    return known?.channel ?? { name, type }
  }

  #addFault(code: FaultCode, details: Fault['details'], setting: Setting): void {
    this.faults.push(new Fault(code, details, faultLocationOf(setting.origin)))
  }
}
