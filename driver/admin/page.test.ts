// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { HOSTILE, someSnapshot } from '../testing/some-snapshot.js'
import { livePage } from './page.js'

const { text, policy } = await livePage()
const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(text) ?? []
const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(text) ?? []

test('the page runs and loads only its own scripts and styles', () => {
  const hash = (part: string): string => `'sha256-${createHash('sha256').update(part).digest('base64')}'`
  assert.ok(script.length > 1000 && style.length > 1000)
  assert.ok(policy.includes(`script-src ${hash(script)}`), policy)
  assert.ok(policy.includes(`style-src ${hash(style)}`), policy)
  assert.match(policy, /^default-src 'none'; /)
  assert.doesNotMatch(policy, /unsafe|\*|http/)
})

test('the page sends no request to other servers', () => {
  const outside = [...text.matchAll(/\b(?:src|href)="([^"]*)"|url\(([^)]*)\)|@import/g)].map(match => match[1] ?? match[0])
  assert.deepEqual(outside, ['/metrics', '/healthz', '/readyz', '/pipeline'])
})

/** The part of the DOM that the script uses. It has no member for markup, so a script that sets markup fails. */
class Element {
  readonly attributes = new Map<string, string>()
  readonly classList = { add() {}, remove() {} }
  children: (Element | Text)[] = []
  hidden = false
  className = ''
  constructor(readonly tag: string) {}

  set textContent(value: string) {
    this.children = [new Text(String(value))]
  }
  set innerHTML(_: string) {
    throw new Error('markup is made of text')
  }
  set outerHTML(_: string) {
    throw new Error('markup is made of text')
  }
  setAttribute(name: string, value: string): void {
    assert.ok(!name.startsWith('on') && name !== 'style', `attribute ${name}`)
    this.attributes.set(name, value)
  }
  append(...nodes: (Element | Text)[]): void {
    this.children.push(...nodes)
  }
  replaceChildren(...nodes: (Element | Text)[]): void {
    this.children = nodes
  }
  get texts(): string[] {
    return this.children.flatMap(child => (child instanceof Text ? [child.text] : child.texts))
  }
  get all(): Element[] {
    return [this, ...this.children.flatMap(child => (child instanceof Element ? child.all : []))]
  }
}

class Text {
  constructor(readonly text: string) {}
}

class FakeEvents {
  static last: FakeEvents
  onmessage: (event: { data: string }) => void = () => {}
  onerror: () => void = () => {}
  constructor(readonly url: string) {
    FakeEvents.last = this
  }
}

function openPage(): { byId: (id: string) => Element; show: (snapshot: object) => void } {
  const elements = new Map([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => [id, new Element('div')]))
  const byId = (id: string): Element => elements.get(id) ?? assert.fail(`the page has no ${id}`)
  const document = {
    body: new Element('body'),
    getElementById: byId,
    createElement: (tag: string) => new Element(tag),
    createElementNS: (_: string, tag: string) => new Element(tag),
    createTextNode: (content: string) => new Text(content),
  }
  runInNewContext(script, { document, EventSource: FakeEvents })
  assert.equal(FakeEvents.last.url, '/live')
  return { byId, show: snapshot => FakeEvents.last.onmessage({ data: JSON.stringify(snapshot) }) }
}

test('names of stages, rules and reasons are shown as text, for any content', () => {
  const { byId, show } = openPage()
  show(someSnapshot())
  assert.ok(byId('rules').texts.includes(HOSTILE))
  assert.ok(byId('ledger').texts.includes(HOSTILE))
  assert.ok(byId('ledger').texts.some(shown => shown.startsWith('not\n"written"')))
  const tags = new Set(['tiles', 'drawing', 'ledger', 'rules'].flatMap(id => byId(id).all.map(({ tag }) => tag)))
  assert.deepEqual([...tags].sort(), ['div', 'g', 'path', 'polyline', 'rect', 'span', 'svg', 'td', 'text', 'th', 'title', 'tr'])
})

test('every component is a box, every channel a pill with connections, with the flow since the previous snapshot', () => {
  const { byId, show } = openPage()
  const first = someSnapshot()
  show(first)
  const [file, other, engine] = someSnapshot().parts
  show({ ...first, uptime: 12, parts: [{ ...file, in: 300, out: 300 }, other, engine] })
  const drawing = byId('drawing')
  const count = (of: string): number =>
    drawing.all.filter(({ attributes }) => attributes.get('class')?.split(' ')[0] === of).length
  assert.deepEqual([count('part'), count('channel'), count('wire')], [3, 1, 3])
  assert.ok(drawing.texts.includes('100/s'))
  const bad = drawing.all.filter(({ attributes }) => attributes.get('class') === 'part stage bad')
  assert.equal(bad.length, 1)
  assert.ok(bad[0]?.texts.includes('2 dropped'))
})

test('a restarted run is drawn again, and a lost connection is reported', () => {
  const { byId, show } = openPage()
  show(someSnapshot())
  show({ ...someSnapshot(), uptime: 1, parts: [], channels: [], progress: null })
  assert.equal(byId('drawing').all.length, 1)
  FakeEvents.last.onerror()
  assert.deepEqual(byId('state').texts, ['no connection'])
})
