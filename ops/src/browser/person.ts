// What a person does in the dapp, by what is to be seen on the page: the journeys and the screenshots are made of these.

import { basename, join } from 'node:path'
import { execa } from 'execa'
import type { Page } from 'playwright-core'
import { wgQuickEnvironment } from '../client/wg-quick.ts'
import type { JourneyNetwork } from './journey-network.ts'
import { installWallet, type TestWallet } from './wallet.ts'

export type Person = {
  page: Page
  wallet: TestWallet
  /** Whatever the page complained about, requests that a changed tunnel broke apart. */
  complaints: string[]
}

/** Opens the dapp by its link, with a wallet that holds test USDC and nothing else. */
export async function arrive(net: JourneyNetwork, page: Page, { funded = true } = {}): Promise<Person> {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('net::ERR_')) complaints.push(message.text())
  })
  const wallet = await installWallet(page, net.chain.rpcUrl, net.network.chainId)
  if (funded) await net.fund(wallet.account.address)
  await page.goto(net.site.link)
  await page.getByRole('button', { name: 'Quick Connect' }).waitFor()
  return { page, wallet, complaints }
}

/** To the offer of the node that Quick Connect picks. */
export async function quickConnect({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: 'Quick Connect' }).click()
  await page.getByLabel('Deposit').waitFor()
}

/** To the offer of one node, by its address in the list. */
export async function chooseNode({ page }: Person, node: string): Promise<void> {
  await page.getByRole('link', { name: 'Nodes', exact: true }).click()
  await page
    .locator('li', { has: page.getByTitle(node) })
    .getByRole('link', { name: 'Choose' })
    .click()
  await page.getByLabel('Deposit').waitFor()
}

export async function connectWallet({ page }: Person): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'Connect a wallet' }).click()
  await page.getByRole('button', { name: 'Journey wallet' }).click()
  await page.getByRole('button', { name: 'Sign and connect' }).waitFor()
}

/** To the configuration. */
export async function signAndConnect(person: Person): Promise<void> {
  await person.page.getByRole('button', { name: 'Sign and connect' }).click()
  await configurationIsShown(person)
}

export const configurationIsShown = ({ page }: Person): Promise<void> =>
  page.getByRole('heading', { name: 'Your tunnel' }).waitFor()

/** Saves the file under the name that the dapp gives it. @returns its path. */
export async function downloadConfiguration({ base }: JourneyNetwork, { page }: Person): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download file' }).click(),
  ])
  const path = join(base.folder, download.suggestedFilename())
  await download.saveAs(path)
  return path
}

/** On the host where the browser is, as its person would, with the stock tool. */
export const wgQuick = ({ base }: JourneyNetwork, what: 'up' | 'down', file: string) =>
  execa('ip', ['netns', 'exec', base.slot.namespaces.client, 'wg-quick', what, file], { env: wgQuickEnvironment })

export type DownloadOptions = {
  /** Seconds. */
  timeout?: number
  /** Bytes a second, at most. */
  rate?: number
  /** Seconds during which hardly anything may come before it counts as stalled. */
  stalledAfter?: number
}

/** Fetches bytes over that host's present route. @returns whether all of them came. */
export async function download(
  { base, serverUrl }: JourneyNetwork,
  bytes: number,
  { timeout = 60, rate, stalledAfter }: DownloadOptions = {},
): Promise<boolean> {
  const { exitCode } = await execa(
    'ip',
    [
      ...['netns', 'exec', base.slot.namespaces.client],
      ...['curl', '-sf', '-m', String(timeout), '-o', '/dev/null'],
      ...(rate === undefined ? [] : ['--limit-rate', String(rate)]),
      ...(stalledAfter === undefined ? [] : ['--speed-limit', '10000', '--speed-time', String(stalledAfter)]),
      `${serverUrl}/down/${bytes}`,
    ],
    { reject: false },
  )
  return exitCode === 0
}

/** What the interface of that file has carried, both ways. */
export async function interfaceBytes({ base }: JourneyNetwork, file: string): Promise<number> {
  const folder = `/sys/class/net/${basename(file, '.conf')}/statistics`
  const args = ['netns', 'exec', base.slot.namespaces.client, 'cat', `${folder}/rx_bytes`, `${folder}/tx_bytes`]
  const { stdout } = await execa('ip', args)
  return stdout.split('\n').reduce((sum, line) => sum + Number(line), 0)
}

export async function phaseIs({ page }: Person, phase: string, timeout = 30_000): Promise<void> {
  await page.getByTestId('phase').getByText(phase, { exact: true }).waitFor({ timeout })
}

export async function stop({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('heading', { name: 'Stopped' }).waitFor()
}

/** A number as the page writes it. */
export async function shown({ page }: Person, what: string): Promise<string> {
  return (await page.getByTestId(what).textContent()) ?? ''
}
