// What goes wrong on the way, in words, with what was charged; and every step resumed after a reload.
import type { BrowserContext, Page } from 'playwright-core'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type JourneyNetwork, startJourneyNetwork } from '../../browser/journey-network.ts'
import * as person from '../../browser/person.ts'
import { readQr } from '../../browser/qr.ts'
import { clientsFor } from '../../local/chain.ts'

let net: JourneyNetwork
let browser: BrowserContext
let page: Page

beforeAll(async () => {
  net = await startJourneyNetwork('trouble')
})
afterAll(() => net?.stop())

let profile = 0
// A browser of its own for each: nothing is left of the one before.
beforeEach(async () => {
  browser = await net.browser({ profile: `trouble-${profile++}` })
  page = await browser.newPage()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    process.stderr.write(
      `${await page
        .locator('main')
        .innerText()
        .catch(() => '')}\n`,
    )
  await browser?.close()
})

const says = (text: string) => page.getByRole('alert').getByText(text).waitFor()
const SIGNATURE = 'eth_signTypedData_v4'

async function atTheOffer(options?: { funded?: boolean }): Promise<person.Person> {
  const me = await person.arrive(net, page, options)
  await person.chooseNode(me, net.gateway.node)
  return me
}

test('the signature is rejected: nothing was charged; then it is given', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  me.wallet.answer = 'reject'
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await says('You said no in your wallet')
  await says('Nothing was charged.')
  me.wallet.answer = 'accept'
  await page.getByRole('button', { name: 'Try again' }).click()
  await person.configurationIsShown(me)
  expect(me.wallet.asked).toEqual([SIGNATURE, SIGNATURE])
})

test('the wallet is on another chain: said before signing, and switched', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await me.wallet.switchChain(1)
  await says('Your wallet is on another network')
  await says('Nothing was charged.')
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await says('Your wallet is on another network')
  expect(me.wallet.asked).toEqual([])
  await page.getByRole('alert').getByRole('button', { name: 'Switch to X4PN local network' }).click()
  await page.getByRole('button', { name: 'Try again' }).click()
  await person.configurationIsShown(me)
  expect(me.wallet.asked).toEqual([SIGNATURE])
})

test('the wallet shows another account in the middle: said, and nothing was charged', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  const first = me.wallet.account
  me.wallet.answer = 'reject'
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await says('You said no in your wallet')
  me.wallet.answer = 'accept'
  await me.wallet.switchAccount(privateKeyToAccount(generatePrivateKey()))
  await page.getByRole('button', { name: 'Try again' }).click()
  await says('Your wallet shows another account')
  await says('Nothing was charged.')
  await me.wallet.switchAccount(first)
  await page.getByRole('button', { name: 'Try again' }).click()
  await person.configurationIsShown(me)
})

test('the wallet is empty: said before signing', async () => {
  const me = await atTheOffer({ funded: false })
  await person.connectWallet(me)
  await says('Not enough USDC')
  await says('Nothing was charged.')
  expect(await page.getByRole('button', { name: 'Sign and connect' }).isDisabled()).toBe(true)
})

test('the node is down: said, and Quick Connect takes another', async () => {
  const me = await person.arrive(net, page)
  await net.gateway.kill()
  try {
    await page.getByRole('link', { name: 'Nodes', exact: true }).click()
    await page
      .locator('li', { has: page.getByTitle(net.gateway.node) })
      .getByRole('link', { name: 'Choose' })
      .click()
    await says('The node does not answer')
    await says('Nothing was charged.')
    await page.getByRole('link', { name: 'Connect', exact: true }).click()
    await person.quickConnect(me)
    await page.getByTitle(net.second.node).waitFor()
  } finally {
    await net.gateway.start()
  }
})

test('the node dies after the opening: the deposit is in the contract; when it is back, no signature is needed', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await page.route('**/v1/sessions', (route) => route.abort())
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await says('The node does not answer')
  await says('Your deposit of 2.00 USDC is in the contract, not with the node.')
  await page.getByRole('button', { name: 'Stop on chain' }).waitFor()
  await page.unroute('**/v1/sessions')
  await page.getByRole('button', { name: 'Try again' }).click()
  await person.configurationIsShown(me)
  expect(me.wallet.asked).toEqual([SIGNATURE])
})

test('the opening is relayed, and the answer is lost: it is found on the chain', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await page.route('**/v1/relay', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await person.signAndConnect(me)
  expect(me.wallet.asked).toEqual([SIGNATURE])
})

/** Where the page is when it is reloaded, and what holds it there. */
const steps = [
  ['Checking the node against the chain', '**/v1/info', 1],
  ['Opening the stream on chain', '**/v1/relay', 1],
  ['Signing in at the node', '**/v1/sessions', 1],
] as const

test.each(steps)('reloaded at “%s”: it goes on', async (step, held, signatures) => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await page.route(held, () => {})
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await page.locator('[aria-current=step]').getByText(step).waitFor()
  await page.unroute(held)
  await page.reload()
  await person.configurationIsShown(me)
  expect(me.wallet.asked).toHaveLength(signatures)
})

test('reloaded while the wallet asks: it asks again, and one signature is used', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  me.wallet.answer = 'never'
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await page.locator('[aria-current=step]').getByText('Waiting for your signature').waitFor()
  await expect.poll(() => me.wallet.asked).toEqual([SIGNATURE])
  me.wallet.answer = 'accept'
  await page.reload()
  await person.configurationIsShown(me)
  expect(me.wallet.asked).toEqual([SIGNATURE, SIGNATURE])
})

test('reloaded with the configuration shown: the same one again', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await person.signAndConnect(me)
  const code = page.getByRole('img', { name: 'QR code' })
  const before = await readQr(code)
  await page.reload()
  await person.configurationIsShown(me)
  expect(await readQr(code)).toBe(before)
  expect(me.wallet.asked).toEqual([SIGNATURE])
})

test('a second tab on the same session: one of them pays, both show it', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await person.signAndConnect(me)
  await person.phaseIs(me, 'Waiting for the tunnel')
  const second = await browser.newPage()
  await second.goto(page.url())
  await person.phaseIs({ ...me, page: second }, 'Waiting for the tunnel')
  const locks = () =>
    second.evaluate(async () => {
      const { held, pending } = await navigator.locks.query()
      const ours = (names: LockInfo[] | undefined) => names?.filter(({ name }) => name?.startsWith('x4pn/pay/')).length
      return [ours(held), ours(pending)]
    })
  await expect.poll(locks, { timeout: 10_000 }).toEqual([1, 1])
  await page.close()
  await person.phaseIs({ ...me, page: second }, 'Waiting for the tunnel')
  await expect.poll(locks, { timeout: 10_000 }).toEqual([1, 0])
})

// The last one: afterwards the chain is a day ahead of everything else.
test('the node is gone for good: stopped through another node, and after a day the rest is back', async () => {
  const me = await atTheOffer()
  await person.connectWallet(me)
  await person.signAndConnect(me)
  await person.phaseIs(me, 'Waiting for the tunnel')
  await net.gateway.kill()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Stop on chain' }).click({ timeout: 60_000 })
  await page.getByText('The rest can be had back from').waitFor({ timeout: 30_000 })
  const { testClient } = clientsFor(net.chain.rpcUrl, 'deployer')
  await testClient.increaseTime({ seconds: 86_400 })
  await page.getByRole('button', { name: 'Get the rest back' }).click()
  await expect.poll(() => person.shown(me, 'balance'), { timeout: 30_000 }).toBe('2.00')
  expect(me.wallet.asked).toEqual([SIGNATURE])
})
