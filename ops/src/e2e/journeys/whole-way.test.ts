// A person's whole way in a real browser: landing, Quick Connect, wallet, one signature, the tunnel from the downloaded
// file, usage, stop, refund, history. No transaction of the person's own, and not a wei in the wallet.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Page } from 'playwright-core'
import { parseUnits } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seriousProblems } from '../../browser/accessibility.ts'
import { type JourneyNetwork, startJourneyNetwork } from '../../browser/journey-network.ts'
import * as person from '../../browser/person.ts'
import { readQr } from '../../browser/qr.ts'
import { clientsFor } from '../../local/chain.ts'
import { startProcess } from '../../local/process.ts'
import { ROOT } from '../../paths.ts'

const SOMETHING_LOCAL = 8_999
let net: JourneyNetwork

beforeAll(async () => {
  net = await startJourneyNetwork('whole-way')
  const { slot, log, cleanup } = net.base
  const args = [join(ROOT, 'ops/src/local/internet-server.ts'), String(SOMETHING_LOCAL)]
  const local = startProcess({ name: 'local', command: 'node', args, namespace: slot.namespaces.client, log })
  cleanup.add('something local', () => local.stop())
})
afterAll(() => net?.stop())

/** Whether the page may call a server on its own device. */
const reachesLoopback = (page: Page): Promise<boolean> =>
  page.evaluate(async (url) => {
    try {
      await fetch(url, { mode: 'no-cors' })
      return true
    } catch {
      return false
    }
  }, `http://127.0.0.1:${SOMETHING_LOCAL}/`)

test('from landing to refund with one signature and no transaction', async () => {
  const browser = await net.browser({ profile: 'whole-way' })
  const page = await browser.newPage()
  const me = await person.arrive(net, page)
  const { address } = me.wallet.account
  expect(await reachesLoopback(page)).toBe(true)
  const problems: string[] = []
  const look = async () => problems.push(...(await seriousProblems(page)))

  await look()
  await person.quickConnect(me)
  const second = await page.getByTitle(net.second.node).isVisible()
  const exit = net.base.addresses[second ? 'second' : 'node'].address4
  await look()
  await person.connectWallet(me)
  await look()
  await person.signAndConnect(me)
  await look()
  expect(me.wallet.asked).toEqual(['eth_signTypedData_v4'])

  const file = await person.downloadConfiguration(net, me)
  const text = await readFile(file, 'utf8')
  expect(basename(file, '.conf').length).toBeLessThanOrEqual(15)
  expect(await readQr(page.getByRole('img', { name: 'QR code' }))).toBe(text)

  await person.wgQuick(net, 'up', file)
  try {
    await person.phaseIs(me, 'Connected')
    expect(await person.download(net, 64 * 2 ** 20)).toBe(true)
    await page.getByText('This page comes through the tunnel.').waitFor()
    // Asked of a node of another operator: the traffic leaves at the chosen node.
    await page.getByTestId('exit').waitFor()
    expect(await person.shown(me, 'exit')).toBe(exit)
    await expect.poll(() => person.shown(me, 'used'), { timeout: 10_000 }).toMatch(/^(6[4-9]|7\d)(\.\d)? MiB$/)
    await look()
    await person.stop(me)
    await look()
  } finally {
    await person.wgQuick(net, 'down', file)
  }

  await page.getByText('Done. The rest is back.').waitFor({ timeout: 30_000 })
  const settled = parseUnits(await person.shown(me, 'settled'), 6)
  const refundShown = await person.shown(me, 'refund')
  const refund = parseUnits(refundShown, 6)
  expect(settled).toBeGreaterThan(0n)
  expect(settled + refund).toBe(2_000_000n)
  await look()

  await page.getByRole('link', { name: 'See the history' }).click()
  await expect.poll(() => person.shown(me, 'balance'), { timeout: 10_000 }).toBe(refundShown)
  await page.getByTestId('streams').getByText('Closed').waitFor({ timeout: 15_000 })
  await look()

  const { publicClient } = clientsFor(net.chain.rpcUrl, 'user')
  expect(me.wallet.asked).toEqual(['eth_signTypedData_v4'])
  expect(await publicClient.getTransactionCount({ address })).toBe(0)
  expect(await publicClient.getBalance({ address })).toBe(0n)
  expect(me.complaints).toEqual([])
  expect(problems).toEqual([])

  // The refund is the next session's deposit, and comes out by one signature.
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByText('USDC is in your wallet.').waitFor({ timeout: 15_000 })
  await expect.poll(() => person.shown(me, 'balance'), { timeout: 15_000 }).toBe('0.00')
  expect(me.wallet.asked).toEqual(['eth_signTypedData_v4', 'eth_signTypedData_v4'])
  expect(await publicClient.getTransactionCount({ address })).toBe(0)
})

test('the same from a page that the browser takes for a public one', async () => {
  // Pages on loopback never meet the browser's rules for local networks.
  const { port } = new URL(net.site.url)
  const browser = await net.browser({
    profile: 'public',
    args: [`--ip-address-space-overrides=127.0.0.1:${port}=public,[::1]:${port}=public`],
  })
  const page = await browser.newPage()
  const me = await person.arrive(net, page)
  // It really is: what listens on the same host's loopback is out of its reach.
  expect(await reachesLoopback(page)).toBe(false)
  expect(me.complaints.splice(0)).toEqual([expect.stringContaining('`loopback` address space')])
  await person.quickConnect(me)
  await person.connectWallet(me)
  await person.signAndConnect(me)
  const file = await person.downloadConfiguration(net, me)
  await person.wgQuick(net, 'up', file)
  try {
    await person.phaseIs(me, 'Connected')
    expect(await person.download(net, 24 * 2 ** 20)).toBe(true)
    await person.stop(me)
  } finally {
    await person.wgQuick(net, 'down', file)
  }
  await page.getByText('Done. The rest is back.').waitFor({ timeout: 30_000 })
  expect(me.wallet.asked).toEqual(['eth_signTypedData_v4'])
  expect(me.complaints).toEqual([])
})
