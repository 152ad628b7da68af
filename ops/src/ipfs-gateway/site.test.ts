// The dapp's CAR: the same CID from another folder, served as IPFS gateways do, and refused when a byte is not as named.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSite } from '@x4pn/dapp/build'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../paths.ts'
import { createSiteServer } from './server.ts'
import { readSite } from './site.ts'

let folder: string
let site: Awaited<ReturnType<typeof buildSite>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'x4pn-site-'))
  site = await buildSite()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Others' packages are shared; the project's own are the copy's, or half of what is built would come from here. */
async function linkPackages(copy: string): Promise<void> {
  for (const folder of ['node_modules', 'dapp/node_modules']) {
    const names = existsSync(join(ROOT, folder)) ? await readdir(join(ROOT, folder)) : []
    await mkdir(join(copy, folder))
    for (const name of names.filter((one) => one !== '@x4pn')) {
      await symlink(join(ROOT, folder, name), join(copy, folder, name))
    }
  }
  const own = join(copy, 'node_modules', '@x4pn')
  await mkdir(own)
  for (const [name, folder] of [
    ['contracts', 'contracts'],
    ['gateway-api', 'gateway/api'],
    ['client', 'dapp/engine'],
  ] as const) {
    await symlink(join(copy, folder), join(own, name))
  }
}

test('another folder gives the same CID', async () => {
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate', '-z'], { cwd: ROOT })
  const files = stdout.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)))
  const copy = join(folder, 'somewhere', 'else')
  await mkdir(copy, { recursive: true })
  await execa('cp', ['--parents', '-t', copy, ...files], { cwd: ROOT })
  await linkPackages(copy)
  const { stdout: printed } = await execa('node', ['dapp/scripts/build-ipfs.ts'], { cwd: copy })
  expect(printed.split('\n')[0]).toBe(site.cid)
})

test('every block is what its CID says, or nothing is served', async () => {
  const read = await readSite(site.car)
  expect(read.cid).toBe(site.cid)
  expect([...read.files.keys()]).toContain('index.html')
  const bytes = await readFile(site.car)
  // Somewhere in the middle of a script.
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  const broken = join(folder, 'broken.car')
  await writeFile(broken, bytes)
  await expect(readSite(broken)).rejects.toThrow('does not hold what its name says')
})

test('is served below /ipfs/<cid>/ and at a host of its own, and the gateway leads there', async () => {
  const server = createSiteServer(await readSite(site.car), 'http://example/#net=x')
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const get = (path: string) => fetch(base + path, { redirect: 'manual' })
  try {
    const page = await get(`/ipfs/${site.cid}/`)
    expect(page.headers.get('content-type')).toContain('text/html')
    const html = await page.text()
    // Relative, or it would not work below a path.
    expect(html).not.toMatch(/(src|href)="\//)
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(html) ?? []
    expect((await get(`/ipfs/${site.cid}/${script}`)).headers.get('content-type')).toContain('text/javascript')
    expect((await get('/')).headers.get('location')).toBe('http://example/#net=x')
    expect((await get(`/ipfs/${site.cid}`)).headers.get('location')).toBe(`/ipfs/${site.cid}/`)
    expect((await get('/ipfs/bafyother/')).status).toBe(404)
    expect((await get(`/ipfs/${site.cid}/nothing`)).status).toBe(404)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
