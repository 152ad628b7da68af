// `npm run screens`: every screen of the dapp in a real session, light and dark, 360 and 1440 pixels wide, and one sheet
// with all of them to look at.
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { type JourneyNetwork, startJourneyNetwork } from '../browser/journey-network.ts'
import * as person from '../browser/person.ts'
import type { Screen } from '../cli/screen.ts'
import { ROOT } from '../paths.ts'
import { sleep } from '../wait.ts'
import { contactSheet, type Shot } from './contact-sheet.ts'

const FOLDER = join(ROOT, '.local', 'screens')
const SHEET = join(ROOT, 'dapp', 'screens', 'contact-sheet.jpg')
const BEST = join(ROOT, 'dapp', 'screens', 'session.png')
const MIB = 2 ** 20

const looks = (['light', 'dark'] as const).flatMap((scheme) => [1440, 360].map((width) => ({ scheme, width })))

/** @returns the exit code. */
export async function takeScreens(screen: Screen): Promise<number> {
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  const net = await screen.step('network', () => startJourneyNetwork('screens'))
  try {
    const browser = await net.browser({ profile: 'screens' })
    const shots = await screen.step('screens', (say) => walk(net, browser, say))
    await screen.step('sheet', async (say) => {
      await writeFile(SHEET, await contactSheet(browser, shots))
      say(`${shots.length} screens in ${relative(ROOT, FOLDER)}, all of them in ${relative(ROOT, SHEET)}`)
    })
    return 0
  } finally {
    await net.stop()
  }
}

async function walk(net: JourneyNetwork, browser: BrowserContext, say: (text: string) => void): Promise<Shot[]> {
  const shots: Shot[] = []
  const page = await browser.newPage()
  const shoot = async (name: string) => {
    const title = `${String(shots.length / looks.length + 1).padStart(2, '0')}-${name}`
    say(title)
    for (const { scheme, width } of looks) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
      const path = join(FOLDER, `${title}-${scheme}-${width}.png`)
      await page.screenshot({ path, fullPage: true })
      shots.push({ title, scheme, width, path })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  }

  await page.goto(net.site.url)
  await page.getByLabel('Network link').waitFor()
  await shoot('no-network')
  const me = await person.arrive(net, page)
  await settled(page)
  await shoot('landing')
  await page.getByRole('link', { name: 'Nodes', exact: true }).click()
  await page.getByRole('button', { name: 'Measure distance' }).click()
  await page
    .getByText(/^\d+ ms$/)
    .first()
    .waitFor()
  await shoot('nodes')
  await person.chooseNode(me, net.gateway.node)
  await shoot('offer')
  await page.getByRole('main').getByRole('button', { name: 'Connect a wallet' }).click()
  await shoot('wallets')
  await page.getByRole('button', { name: 'Journey wallet' }).click()
  await page.getByRole('button', { name: 'Sign and connect' }).waitFor()
  await shoot('ready-to-sign')
  me.wallet.answer = 'reject'
  await page.getByRole('button', { name: 'Sign and connect' }).click()
  await page.getByRole('alert').waitFor()
  await shoot('rejected')
  me.wallet.answer = 'accept'
  await page.route('**/v1/relay', () => {})
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('[aria-current=step]').getByText('Opening the stream on chain').waitFor()
  await shoot('opening')
  await page.unroute('**/v1/relay')
  await page.reload()
  await person.configurationIsShown(me)
  await shoot('configuration')

  const file = await person.downloadConfiguration(net, me)
  await person.wgQuick(net, 'up', file)
  try {
    await person.phaseIs(me, 'Connected')
    await traffic(net)
    await page.getByTestId('exit').waitFor()
    await shoot('live')
    await copyFile(shots.at(-looks.length)?.path ?? '', BEST)
    await page.getByRole('button', { name: 'Top up' }).click()
    await shoot('top-up')
    await page.keyboard.press('Escape')
    await person.stop(me)
    await shoot('stopped')
  } finally {
    await person.wgQuick(net, 'down', file)
  }
  await page.getByText('Done. The rest is back.').waitFor({ timeout: 30_000 })
  await shoot('refunded')
  await page.getByRole('link', { name: 'See the history' }).click()
  await page.getByTestId('streams').getByText('Closed').waitFor()
  await page.getByRole('button', { name: 'Withdraw' }).waitFor()
  await shoot('history')
  await page.getByRole('link', { name: 'Settings' }).click()
  await shoot('settings')
  await page.goto(`${net.site.url}${foreignLink(net)}`)
  await page.getByText('A link wants to change the network').waitFor()
  await shoot('offered-network')
  return shots
}

/** The same network under another chain's number: it must be asked for. */
function foreignLink({ network, site }: JourneyNetwork): string {
  const record = JSON.stringify({ ...network, chainId: 137, deployment: { ...network.deployment, chainId: 137 } })
  return site.link.slice(site.link.indexOf('#')).replace(/=.*/, `=${Buffer.from(record).toString('base64url')}`)
}

/** Some seconds of ups and downs, so that there is something to see. */
async function traffic(net: JourneyNetwork): Promise<void> {
  for (const rate of [3, 8, 14, 6, 11, 20, 9]) await person.download(net, 2 * rate * MIB, { rate: rate * MIB })
}

/** Block and index are known. */
async function settled(page: Page): Promise<void> {
  await page.getByText(/block \d+/).waitFor()
  await sleep(300)
}
