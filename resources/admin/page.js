// SPDX-License-Identifier: Apache-2.0
// Shows the snapshots that /live sends (the same data as /pipeline). All values are inserted as text, never as markup.
'use strict'

const SVG = 'http://www.w3.org/2000/svg'
const BOX = { width: 184, height: 108 }
const PILL = { width: 136, height: 70 }
const GAP = 196
const ROW = 124
const MARGIN = 8
const MAX_RULES = 20
const MAX_POINTS = 90

const byId = id => document.getElementById(id)
const sum = numbers => numbers.reduce((total, number) => total + number, 0)
const total = counts => sum(Object.values(counts))

function short(value) {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`
  return value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(2)
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
const megabytes = size => `${Math.round(size / 2 ** 20)} MB`
const two = number => String(Math.floor(number)).padStart(2, '0')
const span = seconds => `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`

/** Creates an element with attributes. Children that are not elements become text. */
function made(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  for (const child of children) element.append(typeof child === 'object' ? child : document.createTextNode(String(child)))
  return element
}
const html = (tag, attributes, ...children) => made(document.createElement(tag), attributes, children)
const svg = (tag, attributes, ...children) => made(document.createElementNS(SVG, tag), attributes, children)

/** Returns the rate of a counter per second since the previous snapshot. */
function ratesOf(now, before) {
  const isSameRun = before && before.process.pid === now.process.pid && before.uptime < now.uptime
  const seconds = Math.max(1e-3, now.uptime - (isSameRun ? before.uptime : 0))
  return count => Math.max(0, count(now) - (isSameRun ? count(before) : 0)) / seconds
}

const partIn = (picture, name) => picture.parts.find(part => part.name === name)
const recordsIn = picture => sum(picture.parts.filter(part => part.kind === 'driver').map(part => part.in))
const dropsIn = picture => sum(picture.parts.map(part => total(part.dropped)))
const alertsIn = picture => sum(picture.parts.map(part => Number(part.report.alerts) || 0))
const flowIn = (picture, channel) => sum(channel.from.map(name => partIn(picture, name)?.out ?? 0))

function fullness({ depth, capacity }) {
  return Math.max(depth.records / capacity.records, depth.batches / capacity.batches, depth.bytes / capacity.bytes)
}

// Tiles

const points = []

function drawTiles(now, rate) {
  const { process: own, progress } = now
  const perSecond = rate(recordsIn)
  points.push(perSecond)
  if (points.length > MAX_POINTS) points.shift()
  const drops = dropsIn(now)
  const done = progress && progress.total > 0 ? `, ${Math.min(100, Math.floor((100 * progress.done) / progress.total))} % read` : ''
  byId('tiles').replaceChildren(
    tile('records/s', short(perSecond), `${short(recordsIn(now))} total${done}`, spark()),
    tile('alerts/s', short(rate(alertsIn)), `${short(alertsIn(now))} total`),
    tile('records dropped', short(drops), drops > 0 ? 'reasons below' : 'none', undefined, drops > 0),
    tile('CPU', `${Math.round(100 * rate(picture => picture.process.cpuSeconds))} %`, `event loop ${Math.round(100 * own.loopUse)} %, lag ${(1000 * own.loopDelay.p99).toFixed(1)} ms (p99)`),
    tile('memory', megabytes(own.residentBytes), `heap ${megabytes(own.heapUsedBytes)} of ${megabytes(own.heapTotalBytes)}`),
  )
}

function tile(label, value, note, drawing, isBad) {
  const element = html('div', { class: isBad ? 'tile bad' : 'tile' }, html('div', { class: 'label' }, label), html('div', { class: 'value' }, value))
  element.append(html('div', { class: 'note' }, note))
  if (drawing) element.append(drawing)
  return element
}

function spark() {
  const highest = Math.max(1, ...points)
  const line = points.map((value, index) => `${((index + MAX_POINTS - points.length) / (MAX_POINTS - 1)) * 100},${24 - (value / highest) * 22}`).join(' ')
  return svg('svg', { viewBox: '0 0 100 26', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, svg('polyline', { class: 'spark', points: line }))
}

// The drawing

let drawn = ''

/** Places components in columns, each to the right of its inputs, and channels between the columns. */
function layout({ parts, channels }) {
  const column = new Map(parts.map(part => [part.name, 0]))
  for (let round = 0; round < parts.length; round++)
    for (const { from, to } of channels)
      for (const reader of to) column.set(reader, Math.max(column.get(reader) ?? 0, ...from.map(writer => (column.get(writer) ?? 0) + 1)))
  const columns = []
  for (const part of parts) (columns[column.get(part.name)] ??= []).push(part.name)
  const rows = Math.max(1, ...columns.map(names => names?.length ?? 0), mostSideBySide(channels, column))
  const height = rows * ROW
  const places = new Map()
  columns.forEach((names, index) =>
    names.forEach((name, row) =>
      places.set(name, { x: MARGIN + index * (BOX.width + GAP), y: MARGIN + (height * (row + 0.5)) / names.length - BOX.height / 2 }),
    ),
  )
  const gaps = new Map()
  for (const channel of channels) {
    if (channel.from.length === 0) continue
    const gap = Math.max(...channel.from.map(name => column.get(name) ?? 0))
    const ends = [...channel.from, ...channel.to].map(name => places.get(name)).filter(Boolean)
    const middle = sum(ends.map(({ y }) => y + BOX.height / 2)) / ends.length
    if (!gaps.has(gap)) gaps.set(gap, [])
    gaps.get(gap).push({ name: channel.name, middle })
  }
  const pills = new Map()
  for (const [gap, inGap] of gaps) {
    inGap.sort((a, b) => a.middle - b.middle)
    inGap.forEach(({ name, middle }, index) => {
      const y = inGap.length === 1 ? middle : MARGIN + (height * (index + 0.5)) / inGap.length
      pills.set(name, { x: MARGIN + gap * (BOX.width + GAP) + BOX.width + (GAP - PILL.width) / 2, y: y - PILL.height / 2 })
    })
  }
  const width = 2 * MARGIN + columns.length * BOX.width + (columns.length - 1) * GAP
  return { places, pills, width, height: height + 2 * MARGIN }
}

function mostSideBySide(channels, column) {
  const counts = new Map()
  for (const { from } of channels) {
    const gap = Math.max(-1, ...from.map(name => column.get(name) ?? 0))
    counts.set(gap, (counts.get(gap) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

const views = { parts: new Map(), channels: new Map() }

/** Creates all elements of the drawing. `fill` updates the values every second. */
function build(picture) {
  const { places, pills, width, height } = layout(picture)
  const drawing = byId('drawing')
  drawing.setAttribute('viewBox', `0 0 ${width} ${height}`)
  drawing.setAttribute('width', String(width))
  views.parts.clear()
  views.channels.clear()
  const wires = []
  const boxes = []
  for (const part of picture.parts) {
    const { x, y } = places.get(part.name)
    const view = { group: svg('g', { class: 'part' }), rate: svg('text', { class: 'rate', x: x + 14, y: y + 64 }), taken: svg('text', { class: 'small', x: x + 14, y: y + 82 }), drops: svg('text', { class: 'drops', x: x + 14, y: y + 98 }), kind: part.kind }
    view.group.append(
      svg('title', {}, part.name === part.component ? part.name : `${part.name} (${part.component})`),
      svg('rect', { class: 'box', x, y, width: BOX.width, height: BOX.height, rx: 12 }),
      svg('text', { class: 'name', x: x + 14, y: y + 24 }, cut(part.name, 22)),
      ...(part.name === part.component ? [] : [svg('text', { class: 'small', x: x + 14, y: y + 41 }, cut(part.component, 24))]),
      view.rate,
      view.taken,
      view.drops,
    )
    views.parts.set(part.name, view)
    boxes.push(view.group)
  }
  for (const channel of picture.channels) {
    const pill = pills.get(channel.name)
    if (!pill) continue
    const { x, y } = pill
    const middle = y + PILL.height / 2
    const inner = PILL.width - 24
    const view = { group: svg('g', { class: 'channel' }), flow: svg('text', { class: 'mono', x: x + 12, y: y + 38 }), waiting: svg('text', { class: 'small', x: x + 12, y: y + 61 }), level: svg('rect', { class: 'level', x: x + 12, y: y + 45, width: 0, height: 4, rx: 2 }), inner, wires: [] }
    for (const name of channel.from) {
      const at = places.get(name)
      if (at) view.wires.push(wire(at.x + BOX.width, at.y + BOX.height / 2, x, middle))
    }
    for (const name of channel.to) {
      const at = places.get(name)
      if (at) view.wires.push(wire(x + PILL.width, middle, at.x, at.y + BOX.height / 2))
    }
    view.group.append(
      svg('title', {}, `${channel.name}, ${channel.type}`),
      svg('rect', { class: 'pill', x, y, width: PILL.width, height: PILL.height, rx: 10 }),
      svg('text', { class: 'small', x: x + 12, y: y + 19 }, cut(channel.name, 20)),
      view.flow,
      svg('rect', { class: 'gauge', x: x + 12, y: y + 45, width: inner, height: 4, rx: 2 }),
      view.level,
      view.waiting,
    )
    wires.push(...view.wires)
    views.channels.set(channel.name, view)
    boxes.push(view.group)
  }
  drawing.replaceChildren(...wires, ...boxes)
}

function wire(fromX, fromY, toX, toY) {
  const bend = (toX - fromX) / 2
  return svg('path', { class: 'wire still', d: `M${fromX} ${fromY} C${fromX + bend} ${fromY} ${toX - bend} ${toY} ${toX} ${toY}` })
}

function fill(picture, rate) {
  for (const part of picture.parts) {
    const view = views.parts.get(part.name)
    const drops = total(part.dropped)
    view.rate.textContent = `${short(rate(other => partIn(other, part.name)?.in ?? 0))}/s`
    view.taken.textContent = `${short(part.in)} in${part.held > 0 ? `, ${short(part.held)} held` : ''}`
    view.drops.textContent = drops > 0 ? `${short(drops)} dropped` : ''
    view.group.setAttribute('class', `part ${view.kind}${drops > 0 ? ' bad' : ''}`)
  }
  for (const channel of picture.channels) {
    const view = views.channels.get(channel.name)
    if (!view) continue
    const flow = rate(other => flowIn(other, channel))
    const share = Math.min(1, fullness(channel))
    view.flow.textContent = `${short(flow)}/s`
    view.waiting.textContent = `${short(channel.depth.records)} / ${short(channel.capacity.records)} queued`
    view.level.setAttribute('width', String(view.inner * share))
    view.group.setAttribute('class', share >= 1 ? 'channel full' : 'channel')
    for (const line of view.wires) {
      line.setAttribute('class', flow > 0 ? 'wire flowing' : 'wire still')
      line.setAttribute('stroke-width', String(flow > 0 ? 2 + Math.min(4, Math.log10(1 + flow) * 0.7) : 1.5))
    }
  }
}

function drawPipeline(picture, rate) {
  const shape = JSON.stringify([picture.parts.map(part => [part.name, part.component]), picture.channels.map(({ name, from, to }) => [name, from, to])])
  if (shape !== drawn) build(picture)
  drawn = shape
  fill(picture, rate)
}

// Tables

function drawLedger({ parts }) {
  const heads = html('tr', {}, ...['component', 'in', 'out', 'filtered', 'dropped', 'held'].map(text => html('th', {}, text)))
  const rows = parts.map(part =>
    html('tr', {}, html('td', {}, part.name), html('td', {}, short(part.in)), html('td', {}, short(part.out)), counts(part.filtered, ''), counts(part.dropped, 'bad'), html('td', {}, short(part.held))),
  )
  byId('ledger').replaceChildren(heads, ...rows)
}

function counts(by, mark) {
  const all = total(by)
  const reasons = Object.entries(by).sort(([, a], [, b]) => b - a)
  const cell = html('td', { class: all > 0 ? mark : '' }, short(all))
  for (const [reason, count] of reasons) cell.append(html('span', { class: 'why' }, `${reason} ${short(count)}`))
  return cell
}

function rulesIn({ parts }) {
  const rules = new Map()
  for (const { report } of parts) {
    for (const [rule, matches] of Object.entries(report.byRule ?? {})) rules.set(rule, { rule, matches })
    for (const { rule, matches, seconds } of report.costs ?? []) rules.set(rule, { rule, matches, seconds })
  }
  return [...rules.values()]
}

function drawRules(now, rate) {
  const rules = rulesIn(now)
  const isMeasured = rules.some(({ seconds }) => seconds !== undefined)
  byId('rules-card').hidden = rules.length === 0
  byId('rules-about').textContent = isMeasured ? 'by evaluation time, sampled' : 'by number of matches; use -perflog for evaluation times'
  const order = (a, b) => (b.seconds ?? 0) - (a.seconds ?? 0) || b.matches - a.matches
  const heads = ['rule', 'matches', '/s', ...(isMeasured ? ['seconds'] : [])].map(text => html('th', {}, text))
  const rows = rules
    .sort(order)
    .slice(0, MAX_RULES)
    .map(({ rule, matches, seconds }) => {
      const perSecond = rate(picture => sum(rulesIn(picture).filter(one => one.rule === rule).map(one => one.matches)))
      return html('tr', {}, html('td', {}, rule), html('td', {}, short(matches)), html('td', {}, short(perSecond)), ...(isMeasured ? [html('td', {}, (seconds ?? 0).toFixed(3))] : []))
    })
  byId('rules').replaceChildren(html('tr', {}, ...heads), ...rows)
}

// Updates

let before

function show(now) {
  const rate = ratesOf(now, before)
  byId('state').textContent = now.state
  byId('state').className = `badge ${now.state}`
  byId('about').textContent = `${now.version}, process ${now.process.pid}, up ${span(now.uptime)}`
  drawTiles(now, rate)
  drawPipeline(now, rate)
  drawLedger(now)
  drawRules(now, rate)
  before = now
}

const source = new EventSource('/live')
source.onmessage = ({ data }) => {
  document.body.classList.remove('lost')
  show(JSON.parse(data))
}
source.onerror = () => {
  document.body.classList.add('lost')
  byId('state').textContent = 'no connection'
  byId('state').className = 'badge lost'
}
