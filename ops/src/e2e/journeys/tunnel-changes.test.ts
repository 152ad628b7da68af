// The tunnel comes up and goes down under the page; the page is hidden, frozen, closed: payments go on, or traffic ends.

import { DEFAULT_MONEY_CAP } from '@x4pn/client'
import { bytesForAmount } from '@x4pn/gateway-api'
import { execa } from 'execa'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeze, hide } from '../../browser/chromium.ts'
import { type JourneyNetwork, startJourneyNetwork } from '../../browser/journey-network.ts'
import * as person from '../../browser/person.ts'
import { type SessionWatch, watchSession } from '../../browser/session-watch.ts'
import { kernelCount } from '../../demo/kernel.ts'
import { stillFor } from '../../demo/session.ts'
import { sleep, waitFor } from '../../wait.ts'
import { terms } from '../harness.ts'

/** Milliseconds in which the page has to find its way after the tunnel has changed. */
const RESUME = 3_000
/** Seconds in the background; JOURNEY_HIDDEN_SECONDS=300 for the long run. */
const HIDDEN = Number(process.env.JOURNEY_HIDDEN_SECONDS ?? 20)
const MIB = 2 ** 20
const RATE = 2 * MIB
const ENDLESS = 4 * 2 ** 30

let net: JourneyNetwork
let browser: BrowserContext
let page: Page
let me: person.Person
let file: string
let watch: SessionWatch

// One session through all of it, as a person has one.
beforeAll(async () => {
  net = await startJourneyNetwork('tunnel-changes')
  browser = await net.browser({ profile: 'changes' })
  page = await browser.newPage()
  me = await person.arrive(net, page)
  await person.chooseNode(me, net.gateway.node)
  await person.connectWallet(me)
  await person.signAndConnect(me)
  file = await person.downloadConfiguration(net, me)
  watch = await watchSession(page)
})
afterAll(() => net?.stop())

const interfaceBytes = () => person.interfaceBytes(net, file)
const streamOf = (url: string) => /0x[0-9a-f]{64}/.exec(url)?.[0] ?? ''

test('the tunnel comes up and goes down under the page, and up again: receipts resume within three seconds', async () => {
  const ups: number[] = []
  const downs: number[] = []
  // Noise only adds: what a round would always take, the quickest one takes too.
  for (const round of [1, 2, 3]) {
    await person.wgQuick(net, 'up', file)
    const up = Date.now()
    const traffic = person.download(net, 48 * MIB)
    ups.push(await watch.until('news', up, ({ countedAt, throughTunnel }) => countedAt > up && !!throughTunnel))
    // What passes before is covered by the allowance, or by what was signed ahead.
    if (round === 1) ups.push(await watch.until('a receipt', up, ({ lastSigned }) => lastSigned > 0n))
    expect(await traffic).toBe(true)
    if (round === 3) break
    await person.wgQuick(net, 'down', file)
    const down = Date.now()
    downs.push(await watch.until('news', down, ({ countedAt, throughTunnel }) => countedAt > down && !throughTunnel))
  }
  expect(Math.min(...ups), `up: ${ups}`).toBeLessThan(RESUME)
  expect(Math.min(...downs), `down: ${downs}`).toBeLessThan(RESUME)
})

test(`hidden for ${HIDDEN} seconds: timers are throttled, and nothing stalls`, {
  timeout: (HIDDEN + 60) * 1000,
}, async () => {
  const back = await hide(page)
  await page.evaluate(() => {
    const counter = window as never as { ticks: number }
    counter.ticks = 0
    setInterval(() => counter.ticks++, 200)
  })
  const bytes = HIDDEN * RATE
  expect(await person.download(net, bytes, { rate: RATE, stalledAfter: 3, timeout: HIDDEN + 30 })).toBe(true)
  // Else it was never hidden, and this shows nothing.
  expect(await page.evaluate(() => document.visibilityState)).toBe('hidden')
  const ticks = await page.evaluate(() => (window as never as { ticks: number }).ticks)
  expect(ticks).toBeLessThan(HIDDEN * 2)
  await back()
})

test('frozen: traffic ends within what was signed and the allowance; awake, it goes on without a signature', async () => {
  const asked = me.wallet.asked.length
  const traffic = person.download(net, ENDLESS, { timeout: 100 })
  await flows()
  const wake = await freeze(page)
  const frozenAt = Date.now()
  expect(await stillFor(interfaceBytes, 60_000)).toBeGreaterThan(0)
  const { slot } = net.base
  const used = await kernelCount(slot.namespaces.node, slot.interfaces.node, streamOf(page.url()))
  await wake()
  expect(await goesOn()).toBe(true)
  // What was signed by then: awake, the page first hears what the worker said last, and then of new receipts.
  const heard = await watch.heard()
  const signed = heard.filter(({ countedAt }) => countedAt <= frozenAt).at(-1)?.lastSigned ?? 0n
  expect(Number(used - bytesForAmount(signed + terms.allowance, terms.pricePerGiB))).toBeLessThanOrEqual(MIB)
  await stopDownloads()
  await traffic
  expect(me.wallet.asked).toHaveLength(asked)
})

test('the tab is closed: traffic ends; opened again, it goes on without a signature, and without a wallet', async () => {
  const traffic = person.download(net, ENDLESS, { timeout: 100 })
  await flows()
  const before = await interfaceBytes()
  await page.close()
  await stillFor(interfaceBytes, 60_000)
  await stopDownloads()
  await traffic
  const most = bytesForAmount(DEFAULT_MONEY_CAP + 2n * terms.allowance, terms.pricePerGiB)
  expect((await interfaceBytes()) - before).toBeLessThan(Number(most) * 1.1)

  page = await browser.newPage()
  await page.goto(net.site.url)
  await page.getByText('You have a session').waitFor()
  expect(await goesOn()).toBe(true)
  await page.getByRole('link', { name: 'Go on' }).click()
  await person.phaseIs({ ...me, page }, 'Connected')
})

/** Waits until more than signs of life pass. */
async function flows(): Promise<void> {
  const before = await interfaceBytes()
  await waitFor('traffic', async () => (await interfaceBytes()) - before > 4 * MIB, 30_000, 100)
}

/** Over a new connection, since one that was stalled waits for its sender; more than the allowance lets pass unpaid. */
const goesOn = () => person.download(net, 24 * MIB, { timeout: 30 })

async function stopDownloads(): Promise<void> {
  await execa('ip', ['netns', 'exec', net.base.slot.namespaces.client, 'pkill', '-f', `${net.serverUrl}/down/`], {
    reject: false,
  })
  await sleep(200)
}
