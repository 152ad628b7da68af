// A real Chromium on one of the local network's hosts, so that a full tunnel comes up and goes down under its pages.
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Base } from '../local/network.ts'

const PROGRAM = '/usr/bin/chromium'

export type ChromiumOptions = {
  /** A network namespace; undefined: this machine. */
  namespace?: string | undefined
  /** Of the profile; the same name again is the same browser, started again. */
  profile: string
  /** PEM of an authority that it trusts beside its own. */
  authority?: string
  /** More of Chromium's own flags. */
  args?: string[]
  colorScheme?: 'light' | 'dark'
  viewport?: { width: number; height: number }
}

/** Flags of Playwright's that would hide what this is to find out: that hidden pages are throttled. */
const NOT_PLAYWRIGHTS = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]

export async function startChromium(
  { folder, cleanup }: Pick<Base, 'folder' | 'cleanup'>,
  {
    namespace,
    profile,
    authority,
    args = [],
    colorScheme = 'light',
    viewport = { width: 1440, height: 900 },
  }: ChromiumOptions,
): Promise<BrowserContext> {
  const program = namespace === undefined ? PROGRAM : await wrapper(folder, namespace)
  const context = await chromium.launchPersistentContext(join(folder, `chromium-${profile}`), {
    executablePath: program,
    ignoreDefaultArgs: NOT_PLAYWRIGHTS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
    ...(authority === undefined ? {} : { env: { ...process.env, HOME: await homeThatTrusts(folder, authority) } }),
    colorScheme,
    viewport,
    acceptDownloads: true,
  })
  cleanup.add(`chromium ${profile}`, () => context.close())
  return context
}

/** A home folder with a database of certificates (NSS), where Chromium looks for what its user trusts. */
async function homeThatTrusts(folder: string, authority: string): Promise<string> {
  const home = await mkdtemp(join(folder, 'home-'))
  const database = join(home, '.pki', 'nssdb')
  await mkdir(database, { recursive: true })
  const file = join(home, 'authority.pem')
  await writeFile(file, authority)
  const certutil = (...args: string[]) => execa('certutil', [...args, '-d', `sql:${database}`])
  await certutil('-N', '--empty-password')
  await certutil('-A', '-t', 'C,,', '-n', 'x4pn test', '-i', file)
  return home
}

/** Playwright starts one program: this one enters the namespace, and ends with us. */
async function wrapper(folder: string, namespace: string): Promise<string> {
  const file = join(folder, `chromium-in-${namespace}`)
  await writeFile(file, `#!/bin/sh\nexec setpriv --pdeathsig KILL ip netns exec ${namespace} ${PROGRAM} "$@"\n`)
  await chmod(file, 0o755)
  return file
}

type Internals = {
  _connection: {
    toImpl: (page: Page) => {
      delegate: { _mainFrameSession: { _client: { send: (method: string, parameters: object) => Promise<void> } } }
    }
  }
}

/**
 * Playwright makes every page believe that it is in front, for good, and offers no way out: this asks its own session to
 * end that. Afterwards a page behind another tab is hidden, and throttled, as a person's would be.
 */
async function allowHiding(page: Page): Promise<void> {
  const { delegate } = (page as never as Internals)._connection.toImpl(page)
  await delegate._mainFrameSession._client.send('Emulation.setFocusEmulationEnabled', { enabled: false })
}

/** Puts another tab in front. @returns what brings the page back. */
export async function hide(page: Page): Promise<() => Promise<void>> {
  await allowHiding(page)
  const other = await page.context().newPage()
  await other.bringToFront()
  return async () => {
    await page.bringToFront()
    await other.close()
  }
}

/** Stops the page's scripts, as a phone does with a tab that it has put away. @returns what wakes it. */
export async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  return async () => {
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    await session.detach()
  }
}
